import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Expression, Variables } from '../model/element';
import { RenderError } from '../model/faults';
import type { Value } from '../model/value';
import { checkingEnvironment } from './environment';
import type { VariableTypes } from './environment';
import type { ExpressionFault } from './explain-fault';
import { compileExpression } from './expression';
import { formatsFor } from './formats';

const types: VariableTypes = {
  params: { currency: 'string', list: undefined },
  row: { name: 'string', qty: 'integer', cost: 'decimal', paid: 'boolean', on: 'date', at: 'dateTime' },
};
const environment = checkingEnvironment(types);
const full: Record<string, Value> = {
  name: 'Ada',
  qty: 3n,
  cost: Decimal.parse('0.10')!,
  paid: true,
  on: CalendarDate.parse('2026-01-31')!,
  at: new Date('2026-01-31T12:00:00Z'),
};
const empty = Object.fromEntries(Object.keys(full).map((name) => [name, null]));

const compiled = (source: string): Expression | ExpressionFault => compileExpression(source, environment, types);

function evaluate(source: string, row = full): string {
  const expression = compiled(source);
  if (!('evaluate' in expression)) throw new Error(expression.detail);
  const variables: Variables = {
    formats: formatsFor('en-GB', 'UTC'),
    params: { currency: 'EUR', list: [1n, 2n] },
    report: {
      id: '',
      createdAt: new Date(0),
      date: CalendarDate.parse('1970-01-01'),
      locale: 'en-GB',
      timeZone: 'UTC',
    },
    row,
  };
  return String(expression.evaluate(variables));
}

describe('compileExpression', () => {
  it.each([
    ['row.qty * row.cost', '0.30'],
    ['row.cost * 3 == 0.3', 'true'],
    ['1.5 * row.qty', '4.5'],
    ['row.cost / 3', '0.033333333333'],
    ['-row.cost < 0', 'true'],
    ['row.qty - 0.1 + row.cost', '3.00'],
    ['row.on < row.on', 'false'],
    ['upper(row.name) + lower("X") + trim(" y ")', 'ADAxy'],
    ['money(row.cost, params.currency)', '€0.10'],
    ['number(row.qty * 1000, 2)', '3,000.00'],
    ['percent(0.125, 1)', '12.5%'],
    ['date(row.on, "long")', '31 January 2026'],
    ['row.paid ? "paid" : "open"', 'paid'],
    ['params.list.map(x, x * 2)[1]', '4'],
    ['row.name.matches("^A[a-z]+$")', 'true'],
    ['nullIf(row.qty, 3)', 'null'],
    ['nullIf(row.cost, 0)', '0.10'],
    ['report.createdAt.getFullYear()', '1970'],
    ['0.1 + 0.2', '0.3'],
    ['1.10', '1.10'],
    ['0.1234567890123456789012345', '0.1234567890123456789012345'],
    ['row.qty / 2', '1'],
    ['row.qty / 2.0', '1.500000000000'],
    ['row.qty == 3.0', 'true'],
    ['row.cost > 1 ? row.cost : 0', '0'],
    ['(row.paid ? row.qty : 0.5) + 0.5', '3.5'],
    ['row.paid ? row.paid ? 1 : 2.5 : row.cost', '1'],
    ['coalesce(row.qty, 0.5)', '3'],
    ['round(row.qty * 0.175, 2)', '0.52'],
    ['round(row.qty * 0.175, 2, "halfExpand")', '0.53'],
    ['round(2.5)', '2'],
    ['abs(-1.5) + abs(-2)', '3.5'],
    ['int(-1.9)', '-1'],
    ['"n" + string(row.cost)', 'n0.10'],
    ['row.on < date("2026-02-01")', 'true'],
    ['row.on > report.date', 'true'],
  ])('evaluates %s to %s', (source, expected) => {
    expect(evaluate(source)).toBe(expected);
  });

  it.each([
    ['row.qty + 1', 'null'],
    ['upper(row.name)', 'null'],
    ['money(row.cost, "EUR")', 'null'],
    ['row.cost == null', 'true'],
    ['row.name == null ? "none" : row.name', 'none'],
    ['coalesce(row.cost, 0) + 1', '1'],
    ['coalesce(row.name, "x")', 'x'],
  ])('takes nothing as nothing: %s is %s', (source, expected) => {
    expect(evaluate(source, empty)).toBe(expected);
  });

  it.each([
    ['row.nme', 'Did you mean `name`?'],
    ['qty + 1', 'Did you mean `row.qty`?'],
    ['currency', 'Did you mean `params.currency`?'],
    ['page.number', 'islands of their own in a text or a heading'],
    ['row.name + 1', 'Join texts with islands'],
    ['row.constructor', 'Known are:'],
    ['row["__proto__"]', undefined],
    ['[row.qty].map(x, [x].map(y, y)[0])[0]', undefined],
    ['row.name.matches("(a+)+$")', 'Avoid quantified groups'],
    ['row.name.matches(row.name)', 'Avoid quantified groups'],
    ['[1]', 'Make it a string or a number.'],
    ['row.qty +', undefined],
    ['row.paid ? 1 : "x"', undefined],
    ['row.qty = 3', 'Compare with `==`.'],
    ['${row.qty}', 'an expression as it is'],
    ['if(row.paid, 1, 2)', 'Write `condition ? this : that`.'],
    ['row.on > "2026-01-01"', 'date("2026-01-31")'],
    ['row.on < report.createdAt', 'report.date'],
    ['sum(row.cost)', '`total: sum`'],
    ['rond(row.cost, 2)', 'Did you mean `round`?'],
    ['iif(row.paid, 1, 2)', 'There are: coalesce(a, b)'],
    ['money(row.cost)', 'It is called as `money(x, "EUR")`'],
    ['money(row.cost, "EURO")', undefined],
    ['number(row.cost, -1)', undefined],
    ['percent(row.cost, 21)', undefined],
    ['round(row.cost, 2, "up")', undefined],
    ['date(row.on, "tiny")', undefined],
    ['date("2026-02-30")', undefined],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, undefined],
    [Array(400).fill('1').join('+'), undefined],
    ['"x"'.padEnd(3000), undefined],
  ])('refuses %s', (source, hint) => {
    const fault = compiled(source);
    expect('detail' in fault && fault.detail).toBeTruthy();
    if (hint !== undefined) expect('hint' in fault && fault.hint).toContain(hint);
  });

  it('bounds the texts that patterns are put to, and the work of all patterns', () => {
    const long = { ...full, name: 'A'.repeat(5000) };
    expect(() => evaluate('row.name.matches("^A[a-z]+$")', long)).toThrow(/5000 characters.*4096 at most/);
    expect(evaluate('row.name.size()', long)).toBe('5000');
    const half = 'row.name.matches("^(?:a|a){16}$")';
    expect(compiled(half)).toHaveProperty('evaluate');
    expect(compiled(`${half} && ${half} && ${half}`)).toHaveProperty('hint');
  });

  it('names the expression that fails for reasons of the data', () => {
    expect(() => evaluate('row.qty / (row.qty - 3)')).toThrow(RenderError);
    expect(() => evaluate('row.cost / (row.qty - 3)')).toThrow(/row\.cost \/ \(row\.qty - 3\).*division by zero/);
  });
});
