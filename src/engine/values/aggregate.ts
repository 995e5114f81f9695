import { Decimal } from '../model/decimal';
import type { Aggregation, FieldType, Value } from '../model/value';
import { isNumeric } from '../model/value';
import { compareValues } from './compare';

export function canAggregate(how: Aggregation, type: FieldType): boolean {
  if (how === 'count' || how === 'first' || how === 'last' || isNumeric(type)) return true;
  return (how === 'min' || how === 'max') && (type === 'date' || type === 'dateTime');
}

/** The type of the result. */
export function typeOfAggregate(how: Aggregation, type: FieldType): FieldType {
  if (how === 'count') return 'integer';
  return how === 'avg' ? 'decimal' : type;
}

/** An average has this many digits after the point where its values have fewer and no format says. */
const MIN_AVERAGE_SCALE = 2;

/**
 * Takes values one by one; nothing (null) is skipped. Sums are exact. An average is rounded half-even: to `scale` digits
 * after the point, else to as many as the values have, two at least.
 */
export class Aggregator {
  private count = 0n;
  private sum = new Decimal(0n, 0);
  private hasDecimals = false;
  /** The least, greatest, first or last value so far. */
  private chosen: Value = null;

  constructor(
    private readonly how: Aggregation,
    private readonly scale?: number,
  ) {}

  add(value: Value): void {
    if (value === null) return;
    this.count += 1n;
    if (this.how === 'sum' || this.how === 'avg') this.addToSum(value);
    else if (this.how !== 'count' && this.isChosen(value)) this.chosen = value;
  }

  /** Null where there was no value, but for a count and a sum. */
  result(): Value {
    if (this.how === 'count') return this.count;
    if (this.how === 'sum') return this.hasDecimals ? this.sum : this.sum.coefficient;
    if (this.how !== 'avg') return this.chosen;
    const scale = this.scale ?? Math.max(this.sum.scale, MIN_AVERAGE_SCALE);
    return this.sum.dividedBy(Decimal.fromInteger(this.count), scale) ?? null;
  }

  private addToSum(value: Value): void {
    if (value instanceof Decimal) {
      this.hasDecimals = true;
      this.sum = this.sum.plus(value);
    } else if (typeof value === 'bigint') {
      this.sum = this.sum.plus(Decimal.fromInteger(value));
    }
  }

  private isChosen(value: Value): boolean {
    if (this.chosen === null || this.how === 'last') return true;
    if (this.how === 'first') return false;
    const order = compareValues(value, this.chosen);
    return this.how === 'min' ? order < 0 : order > 0;
  }
}
