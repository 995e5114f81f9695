/** Decimals without a format: points stand below each other where the first rows show how many digits there are. */
import type { Formatter, Scope } from '../../model/element';
import { Decimal } from '../../model/decimal';
import type { Value } from '../../model/value';

/** More would not be read, and Intl prints no more by default. */
const MAX_DIGITS = 20;

/** Digits after the point of a value; trailing zeros count where a source gave them. */
export function digitsOf(value: Value, isComputed: boolean): number {
  if (!(value instanceof Decimal)) return 0;
  const [, fraction = ''] = value.toString().split('.');
  return Math.min(MAX_DIGITS, isComputed ? fraction.replace(/0+$/, '').length : fraction.length);
}

/** Prints so many digits after the point, and further ones that a value has: none is dropped. */
export function decimalFormatter(digits: number, scope: Scope): Formatter {
  const withAtMost = (most: number): Formatter =>
    scope.formatter({
      type: 'decimal',
      options: new Map([
        ['minimumFractionDigits', digits],
        ['maximumFractionDigits', most],
      ]),
    });
  const usual = withAtMost(digits);
  const longer = withAtMost(MAX_DIGITS);
  return (value) => (value instanceof Decimal && value.scale > digits ? longer(value) : usual(value));
}
