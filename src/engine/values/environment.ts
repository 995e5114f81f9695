/** The Common Expression Language as reports speak it: its types, operators and functions beside the standard ones. */
import { Environment } from '@marcbachmann/cel-js';
import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Formats } from '../model/element';
import type { FieldType } from '../model/value';
import { aggregations } from '../model/value';
import { toDecimal } from './compare';

/** CEL's names of our types. */
export const celTypes: Readonly<Record<FieldType, string>> = {
  string: 'string',
  integer: 'int',
  decimal: 'decimal',
  boolean: 'bool',
  date: 'date',
  dateTime: 'google.protobuf.Timestamp',
};

/** Types that a variable's members have; `undefined` leaves a member unchecked until it has a value. */
export type MemberTypes = Readonly<Record<string, FieldType | undefined>>;

export interface VariableTypes {
  readonly params: MemberTypes;
  readonly row?: MemberTypes;
  readonly group?: MemberTypes;
  readonly page?: MemberTypes;
  /** Of the datasets' aggregates. */
  readonly data?: Readonly<Record<string, MemberTypes>>;
  /** Of totals, by what they are: `sum.net`. */
  readonly totals?: Readonly<Record<string, MemberTypes>>;
  /** Names of rows that are no values, and could be taken for some. */
  readonly tables?: readonly string[];
}

export const reportMembers: MemberTypes = { id: 'string', createdAt: 'dateTime', locale: 'string', timeZone: 'string' };

/** Checks expressions against the declared types, in which nothing (null) has no place of its own. */
export function checkingEnvironment(types: VariableTypes): Environment {
  const environment = checking.clone();
  const { params, row, group, page, data, totals } = types;
  for (const [name, members] of Object.entries({ params, row, group, page, report: reportMembers, ...totals })) {
    if (members) environment.registerVariable(name, { schema: schemaOf(members) });
  }
  if (!data) return environment;
  const schemas = Object.entries(data).map(([name, members]) => [name, schemaOf(members)]);
  return environment.registerVariable('data', {
    schema: Object.fromEntries(schemas) as Record<string, Record<string, string>>,
  });
}

function schemaOf(members: MemberTypes): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, type]) => [name, type ? celTypes[type] : 'dyn']));
}

/** Decimal places of a quotient, or as many as its operands have. */
const QUOTIENT_SCALE = 12;

const limits = { maxAstNodes: 300, maxDepth: 24, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 };

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

type Operator = readonly [string, (a: Decimal, b: Decimal) => Decimal | boolean];

const operators: readonly Operator[] = [
  ['+', (a, b) => a.plus(b)],
  ['-', (a, b) => a.minus(b)],
  ['*', (a, b) => a.times(b)],
  ['/', divide],
  ['<', (a, b) => a.compare(b) < 0],
  ['<=', (a, b) => a.compare(b) <= 0],
  ['>', (a, b) => a.compare(b) > 0],
  ['>=', (a, b) => a.compare(b) >= 0],
  ['==', (a, b) => a.compare(b) === 0],
];

/** Of decimals; CEL has an error of its own for whole numbers. */
export class DivisionByZero extends RangeError {}

function divide(a: Decimal, b: Decimal): Decimal {
  const quotient = a.dividedBy(b, Math.max(a.scale, b.scale, QUOTIENT_SCALE));
  if (!quotient) throw new DivisionByZero('division by zero');
  return quotient;
}

function common(): Environment {
  const environment = new Environment({ limits })
    .registerType('decimal', { ctor: Decimal, fields: {} })
    .registerType('date', { ctor: CalendarDate, fields: {} });
  registerDecimals(environment);
  registerDates(environment);
  for (const type of Object.values(celTypes)) environment.registerOperator(`${type} == null`, () => false);
  registerFormats(environment);
  return environment
    .registerFunction('upper(string): string', (text: string) => text.toUpperCase())
    .registerFunction('lower(string): string', (text: string) => text.toLowerCase())
    .registerFunction('trim(string): string', (text: string) => text.trim());
}

function registerDecimals(environment: Environment): void {
  environment.registerOperator('-decimal', (value: Decimal) => value.negated());
  for (const [symbol, apply] of operators) {
    const handler = (a: unknown, b: unknown): Decimal | boolean => apply(toDecimal(a)!, toDecimal(b)!);
    for (const other of ['decimal', 'int', 'double']) {
      const result = symbol.length === 1 && '+-*/'.includes(symbol) ? ': decimal' : ': bool';
      environment.registerOperator(`decimal ${symbol} ${other}${result}`, handler);
      // CEL takes equality both ways round by itself.
      if (other !== 'decimal' && symbol !== '==')
        environment.registerOperator(`${other} ${symbol} decimal${result}`, handler);
    }
  }
  for (const symbol of ['+', '-', '*', '/']) {
    const apply = operators.find(([known]) => known === symbol)![1];
    const handler = (a: unknown, b: unknown): Decimal | boolean => apply(toDecimal(a)!, toDecimal(b)!);
    environment.registerOperator(`int ${symbol} double: decimal`, handler);
    environment.registerOperator(`double ${symbol} int: decimal`, handler);
  }
}

function registerDates(environment: Environment): void {
  const orders: Readonly<Record<string, (a: string, b: string) => boolean>> = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
    '==': (a, b) => a === b,
  };
  for (const [symbol, holds] of Object.entries(orders)) {
    environment.registerOperator(`date ${symbol} date: bool`, (a: CalendarDate, b: CalendarDate) =>
      holds(a.iso, b.iso),
    );
  }
}

function registerFormats(environment: Environment): void {
  const print = (type: FieldType, value: unknown, options: Record<string, string | number>): string =>
    current!.formatter(type, options)(value as never);
  const places = (digits: bigint): Record<string, number> => {
    return { minimumFractionDigits: Number(digits), maximumFractionDigits: Number(digits) };
  };
  for (const type of ['int', 'decimal', 'double']) {
    environment
      .registerFunction(`number(${type}): string`, (value: unknown) => print('decimal', toDecimal(value), {}))
      .registerFunction(`number(${type}, int): string`, (value: unknown, digits: bigint) =>
        print('decimal', toDecimal(value), places(digits)),
      )
      .registerFunction(`money(${type}, string): string`, (value: unknown, currency: string) =>
        print('decimal', toDecimal(value), { style: 'currency', currency }),
      )
      .registerFunction(`percent(${type}): string`, (value: unknown) =>
        print('decimal', toDecimal(value), { style: 'percent' }),
      )
      .registerFunction(`percent(${type}, int): string`, (value: unknown, digits: bigint) =>
        print('decimal', toDecimal(value), { style: 'percent', ...places(digits) }),
      );
  }
  for (const type of ['date', 'dateTime'] as const) {
    const cel = celTypes[type];
    environment
      .registerFunction(`date(${cel}): string`, (value: unknown) => print(type, value, { dateStyle: 'medium' }))
      .registerFunction(`date(${cel}, string): string`, (value: unknown, dateStyle: string) =>
        print(type, value, { dateStyle }),
      );
  }
}

/** `nullIf(row.cost, 0)`: nothing in place of a value that means nothing, as in SQL. */
const nullIfs = ['string, string', 'int, int', 'decimal, decimal', 'decimal, int'];

const checking = nullIfs
  .reduce(
    (environment, types) => environment.registerFunction(`nullIf(${types}): ${types.split(',')[0]!}`, () => null),
    common(),
  )
  .registerFunction('coalesce(A, A): A', () => null)
  .registerFunction('coalesce(decimal, int): decimal', () => null)
  .registerFunction('coalesce(decimal, double): decimal', () => null);

/** Runs checked expressions. Here values carry their types, so that nothing (null) can stand for a value of any type. */
export const runningEnvironment = ['params', 'report', 'row', 'group', 'page', 'data', ...aggregations].reduce(
  (environment, name) => environment.registerVariable(name, 'dyn'),
  common()
    .registerFunction('coalesce(dyn, dyn): dyn', (value: unknown, otherwise: unknown) => value ?? otherwise)
    .registerFunction('nullIf(dyn, dyn): dyn', (value: unknown, nothing: unknown) =>
      isSame(value, nothing) ? null : value,
    ),
);

function isSame(a: unknown, b: unknown): boolean {
  const [left, right] = [toDecimal(a), toDecimal(b)];
  return left && right ? left.compare(right) === 0 : a === b;
}
