import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Aggregation, Value } from '../model/value';
import { Aggregator } from './aggregate';

const aggregate = (how: Aggregation, values: readonly Value[], scale?: number): string => {
  const aggregator = new Aggregator(how, scale);
  for (const value of values) aggregator.add(value);
  return String(aggregator.result());
};

const decimals = (...texts: string[]): Value[] => texts.map((text) => Decimal.parse(text)!);

describe('Aggregator', () => {
  it.each<[Aggregation, Value[], string]>([
    ['sum', [1n, null, 2n], '3'],
    ['sum', [...decimals('0.1', '0.20'), 3n], '3.30'],
    ['sum', [], '0'],
    ['count', ['', null, 'x'], '2'],
    ['min', [...decimals('2.5'), 2n, null], '2'],
    ['max', ['2025-12-31', '2026-01-01'].map((iso) => CalendarDate.parse(iso)!), '2026-01-01'],
    ['first', [null, 'b', 'a'], 'b'],
    ['last', ['b', 'a', null], 'a'],
    ['min', [], 'null'],
    ['avg', [], 'null'],
    ['avg', [1n, 2n, null, 2n], '1.67'],
    ['avg', decimals('0.0001', '0.0002'), '0.0002'],
  ])('%s of %p is %s', (how, values, expected) => {
    expect(aggregate(how, values)).toBe(expected);
  });

  it('rounds an average half-even at the scale asked for', () => {
    expect(aggregate('avg', [1n, 2n], 0)).toBe('2');
    expect(aggregate('avg', [2n, 3n], 0)).toBe('2');
  });
});
