import { codeUnitAt } from './code-unit';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** More digits than any amount has, few enough that a hostile value cannot keep a processor busy. */
const MAX_DIGITS = 100;

/**
 * Names as `Intl.NumberFormat` has them. Ties go to the even neighbour, so that rounding many amounts does not drift, or away
 * from zero, as invoices are mostly rounded.
 */
export const roundings = ['halfEven', 'halfExpand', 'floor', 'ceil', 'trunc'] as const;
export type Rounding = (typeof roundings)[number];

/** An exact decimal number: `coefficient` / 10^`scale`. */
export class Decimal {
  constructor(
    readonly coefficient: bigint,
    /** Digits after the point, 0 or more. */
    readonly scale: number,
  ) {}

  /** Reads `-12`, `0.10`, `.5`, `1e-7`; keeps trailing zeros. `undefined` for anything else or for more than 100 digits. */
  static parse(text: string): Decimal | undefined {
    return parsePlain(text) ?? Decimal.parseAny(text);
  }

  private static parseAny(text: string): Decimal | undefined {
    const match = DECIMAL.exec(text);
    if (!match) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent] = match;
    const digits = whole + fraction;
    const scale = fraction.length - Number(exponent ?? 0);
    if (digits === '' || digits.length > MAX_DIGITS || Math.abs(scale) > MAX_DIGITS) return undefined;
    const coefficient = BigInt(digits) * (sign === '-' ? -1n : 1n);
    return scale >= 0 ? new Decimal(coefficient, scale) : new Decimal(coefficient * tenTo(-scale), 0);
  }

  static fromInteger(value: bigint): Decimal {
    return new Decimal(value, 0);
  }

  /** The shortest decimal that reads back as this number (ECMAScript's own choice), for literals such as 0.1. */
  static fromNumber(value: number): Decimal | undefined {
    return Number.isFinite(value) ? Decimal.parse(String(value)) : undefined;
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.coefficientAt(scale) + other.coefficientAt(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.coefficient * other.coefficient, this.scale + other.scale);
  }

  /** The quotient, rounded half-even at `scale` digits after the point. `undefined` where the divisor is zero. */
  dividedBy(divisor: Decimal, scale: number): Decimal | undefined {
    if (divisor.coefficient === 0n) return undefined;
    const shift = scale + divisor.scale - this.scale;
    const numerator = shift >= 0 ? this.coefficient * tenTo(shift) : this.coefficient;
    const denominator = shift >= 0 ? divisor.coefficient : divisor.coefficient * tenTo(-shift);
    return new Decimal(divide(numerator, denominator, 'halfEven'), scale);
  }

  negated(): Decimal {
    return new Decimal(-this.coefficient, this.scale);
  }

  /** Less than zero, zero, or more than zero, like the difference to the other. */
  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.coefficientAt(scale) - other.coefficientAt(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Rounded to `scale` digits after the point, or padded with zeros to them. */
  withScale(scale: number, rounding: Rounding = 'halfEven'): Decimal {
    if (scale >= this.scale) return new Decimal(this.coefficientAt(scale), scale);
    return new Decimal(divide(this.coefficient, tenTo(this.scale - scale), rounding), scale);
  }

  /** Plain notation with every digit, as `Intl.NumberFormat` takes it without loss. */
  toString(): string {
    const digits = (this.coefficient < 0n ? -this.coefficient : this.coefficient)
      .toString()
      .padStart(this.scale + 1, '0');
    const sign = this.coefficient < 0n ? '-' : '';
    if (this.scale === 0) return sign + digits;
    return `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }

  private coefficientAt(scale: number): bigint {
    return scale === this.scale ? this.coefficient : this.coefficient * tenTo(scale - this.scale);
  }
}

/** Texts of so many characters are numbers that a double holds exactly. */
const MAX_PLAIN = 15;

/** By hand, since most amounts are as plain as `-1234.50`. */
function parsePlain(text: string): Decimal | undefined {
  const { length } = text;
  if (length > MAX_PLAIN) return undefined;
  const isNegative = codeUnitAt(text, 0) === MINUS;
  let value = 0;
  let digits = 0;
  let point = length;
  for (let index = isNegative ? 1 : 0; index < length; index += 1) {
    const code = codeUnitAt(text, index);
    if (code >= ZERO && code <= NINE) {
      value = value * 10 + code - ZERO;
      digits += 1;
    } else if (code === POINT && point === length) point = index;
    else return undefined;
  }
  if (digits === 0) return undefined;
  return new Decimal(BigInt(isNegative ? -value : value), Math.max(0, length - point - 1));
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

const powers: bigint[] = [];

function tenTo(exponent: number): bigint {
  return (powers[exponent] ??= 10n ** BigInt(exponent));
}

function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n || rounding === 'trunc') return quotient;
  const isNegative = numerator < 0n !== denominator < 0n;
  const next = quotient + (isNegative ? -1n : 1n);
  if (rounding === 'floor' || rounding === 'ceil') return (rounding === 'floor') === isNegative ? next : quotient;
  const twice = 2n * sizeOf(remainder);
  const size = sizeOf(denominator);
  if (twice !== size) return twice > size ? next : quotient;
  return rounding === 'halfExpand' || quotient % 2n !== 0n ? next : quotient;
}

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);
