/** The Common Expression Language as reports speak it: its types, operators and functions beside the standard ones. */
import { Environment } from '@marcbachmann/cel-js';
import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { FieldType } from '../model/value';
import { aggregations } from '../model/value';
import { toDecimal } from './compare';
import { registerFunctions } from './functions';

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

export const reportMembers: MemberTypes = {
  id: 'string',
  createdAt: 'dateTime',
  date: 'date',
  locale: 'string',
  timeZone: 'string',
};

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
  return registerFunctions(environment);
}

function registerDecimals(environment: Environment): void {
  environment.registerOperator('-decimal', (value: Decimal) => value.negated());
  for (const [symbol, apply] of operators) {
    const handler = (a: unknown, b: unknown): Decimal | boolean => apply(toDecimal(a)!, toDecimal(b)!);
    for (const other of ['decimal', 'int']) {
      const result = symbol.length === 1 && '+-*/'.includes(symbol) ? ': decimal' : ': bool';
      environment.registerOperator(`decimal ${symbol} ${other}${result}`, handler);
      // CEL takes equality both ways round by itself.
      if (other !== 'decimal' && symbol !== '==')
        environment.registerOperator(`${other} ${symbol} decimal${result}`, handler);
    }
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

/** `nullIf(row.cost, 0)`: nothing in place of a value that means nothing, as in SQL. */
const nullIfs = ['string, string', 'int, int', 'int, decimal', 'decimal, decimal', 'decimal, int'];

const checking = nullIfs
  .reduce(
    (environment, types) => environment.registerFunction(`nullIf(${types}): ${types.split(',')[0]!}`, () => null),
    common(),
  )
  .registerFunction('coalesce(A, A): A', () => null)
  .registerFunction('coalesce(decimal, int): decimal', () => null)
  .registerFunction('coalesce(int, decimal): decimal', () => null);

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
