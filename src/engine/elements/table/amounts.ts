import type { Value } from '../../model/value';
import { toDecimal } from '../../values/compare';

/** What some rows add up to in the columns with a sum or a count; null for the others. */
export type Amounts = readonly Value[];

/** What was added to the amounts since they were `before`. */
export function addedSince(before: Amounts | undefined, amounts: Amounts): Amounts {
  if (!before) return amounts;
  return amounts.map((amount, index) => difference(amount, before[index]!));
}

function difference(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a - b;
  const [minuend, subtrahend] = [toDecimal(a), toDecimal(b)];
  return minuend && subtrahend ? minuend.minus(subtrahend) : null;
}
