import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Value } from '../model/value';

/**
 * Less than zero, zero or more for two values of one type; integers and decimals mix. Texts are compared by their UTF-16
 * code units, which no locale or version of ICU can change, and false comes before true. Nothing (null) comes last.
 */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : 1;
  if (a instanceof CalendarDate && b instanceof CalendarDate) return a.iso < b.iso ? -1 : a.iso > b.iso ? 1 : 0;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === 'boolean' && typeof b === 'boolean') return a ? 1 : -1;
  const [left, right] = [toDecimal(a), toDecimal(b)];
  return left && right ? left.compare(right) : 0;
}

export function toDecimal(value: unknown): Decimal | undefined {
  if (value instanceof Decimal) return value;
  if (typeof value === 'bigint') return Decimal.fromInteger(value);
  return typeof value === 'number' ? Decimal.fromNumber(value) : undefined;
}
