/** The functions of expressions beside those of CEL. */
import type { Environment } from '@marcbachmann/cel-js';
import { CalendarDate } from '../model/calendar-date';
import type { Decimal, Rounding } from '../model/decimal';
import { roundings } from '../model/decimal';
import type { Formats } from '../model/element';
import type { FieldType } from '../model/value';
import { toDecimal } from './compare';

/**
 * Evaluation is synchronous and CEL's functions see nothing but their arguments, so the formats of the run are put here
 * around it.
 */
let current: Formats | undefined;

export function withFormats<T>(formats: Formats, evaluate: () => T): T {
  const outer = current;
  current = formats;
  try {
    return evaluate();
  } finally {
    current = outer;
  }
}

/** How functions that are not methods are called, those of CEL among them that reports need. */
export const callForms = [
  'coalesce(a, b)',
  'nullIf(a, b)',
  'round(x, digits)',
  'abs(x)',
  'number(x, digits)',
  'money(x, "EUR")',
  'percent(x, digits)',
  'date(x, style)',
  'upper(text)',
  'lower(text)',
  'trim(text)',
  'int(x)',
  'string(x)',
  'size(text)',
];

/** Digits after the point that Intl prints. */
const MAX_DIGITS = 20;

export function registerFunctions(environment: Environment): Environment {
  registerNumbers(environment);
  registerDates(environment);
  return environment
    .registerFunction('upper(string): string', (text: string) => text.toUpperCase())
    .registerFunction('lower(string): string', (text: string) => text.toLowerCase())
    .registerFunction('trim(string): string', (text: string) => text.trim());
}

function registerNumbers(environment: Environment): void {
  const print = (value: unknown, options: Record<string, string | number>): string =>
    current!.formatter('decimal', options)(toDecimal(value)!);
  const places = (digits: bigint): Record<string, number> => {
    const places = placesOf(digits);
    return { minimumFractionDigits: places, maximumFractionDigits: places };
  };
  const round = (value: unknown, digits: bigint, rounding?: Rounding): Decimal =>
    toDecimal(value)!.withScale(placesOf(digits), rounding);
  for (const type of ['int', 'decimal']) {
    environment
      .registerFunction(`round(${type}): decimal`, (value: unknown) => round(value, 0n))
      .registerFunction(`round(${type}, int): decimal`, (value: unknown, digits: bigint) => round(value, digits))
      .registerFunction(`round(${type}, int, string): decimal`, (value: unknown, digits: bigint, rounding: string) =>
        round(value, digits, roundingOf(rounding)),
      )
      .registerFunction(`number(${type}): string`, (value: unknown) => print(value, {}))
      .registerFunction(`number(${type}, int): string`, (value: unknown, digits: bigint) =>
        print(value, places(digits)),
      )
      .registerFunction(`money(${type}, string): string`, (value: unknown, currency: string) =>
        print(value, { style: 'currency', currency }),
      )
      .registerFunction(`percent(${type}): string`, (value: unknown) => print(value, { style: 'percent' }))
      .registerFunction(`percent(${type}, int): string`, (value: unknown, digits: bigint) =>
        print(value, { style: 'percent', ...places(digits) }),
      );
  }
  environment
    .registerFunction('abs(int): int', (value: bigint) => (value < 0n ? -value : value))
    .registerFunction('abs(decimal): decimal', (value: Decimal) => (value.coefficient < 0n ? value.negated() : value))
    .registerFunction('int(decimal): int', (value: Decimal) => value.withScale(0, 'trunc').coefficient)
    .registerFunction('string(decimal): string', (value: Decimal) => value.toString());
}

function placesOf(digits: bigint): number {
  if (digits < 0n || digits > MAX_DIGITS) throw new RangeError(`there are 0 to ${MAX_DIGITS} digits after the point`);
  return Number(digits);
}

function roundingOf(name: string): Rounding {
  const known = roundings.find((each) => each === name);
  if (!known) throw new RangeError(`"${name}" is no way to round; there are ${roundings.join(', ')}`);
  return known;
}

const dateStyles = ['full', 'long', 'medium', 'short'];

function registerDates(environment: Environment): void {
  const print = (type: FieldType, value: CalendarDate | Date, dateStyle: string): string => {
    if (!dateStyles.includes(dateStyle))
      throw new RangeError(`"${dateStyle}" is no style of dates; there are ${dateStyles.join(', ')}`);
    return current!.formatter(type, { dateStyle })(value);
  };
  environment
    .registerFunction('date(string): date', (text: string) => {
      const date = CalendarDate.parse(text);
      if (!date) throw new RangeError(`"${text}" is no existing date as YYYY-MM-DD`);
      return date;
    })
    .registerFunction('date(date): string', (value: CalendarDate) => print('date', value, 'medium'))
    .registerFunction('date(date, string): string', (value: CalendarDate, style: string) => print('date', value, style))
    .registerFunction('date(google.protobuf.Timestamp): string', (value: Date) => print('dateTime', value, 'medium'))
    .registerFunction('date(google.protobuf.Timestamp, string): string', (value: Date, style: string) =>
      print('dateTime', value, style),
    );
}
