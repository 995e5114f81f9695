import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Value } from '../model/value';
import { compareValues } from './compare';

describe('compareValues', () => {
  it.each<[Value, Value]>([
    [1n, 2n],
    [1n, Decimal.parse('1.5')!],
    [Decimal.parse('-2')!, Decimal.parse('1.50')!],
    ['B', 'a'],
    ['a', 'ä'],
    [false, true],
    [CalendarDate.parse('2025-12-31')!, CalendarDate.parse('2026-01-01')!],
    [new Date(1), new Date(2)],
    ['z', null],
  ])('%p comes before %p', (less, more) => {
    expect(compareValues(less, more)).toBeLessThan(0);
    expect(compareValues(more, less)).toBeGreaterThan(0);
    expect(compareValues(less, less)).toBe(0);
  });

  it('takes numbers of one value for equal, however they are written', () => {
    expect(compareValues(Decimal.parse('1.50')!, Decimal.parse('1.5')!)).toBe(0);
    expect(compareValues(2n, Decimal.parse('2.0')!)).toBe(0);
  });
});
