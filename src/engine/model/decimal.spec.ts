import fc from 'fast-check';
import { Decimal } from './decimal';

const decimal = (text: string): Decimal => Decimal.parse(text)!;

describe('Decimal', () => {
  it.each([
    ['12', '12'],
    ['-0.10', '-0.10'],
    ['+.5', '0.5'],
    ['7.', '7'],
    ['1e-7', '0.0000001'],
    ['1.5E3', '1500'],
    ['-0', '0'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
  ])('reads %s as %s', (text, expected) => {
    expect(decimal(text).toString()).toBe(expected);
  });

  it.each(['', '.', '-', '1,5', '1.2.3', '0x10', 'NaN', ' 1', '1e9999', '1'.repeat(101), '1e101'])(
    'refuses %j',
    (text) => {
      expect(Decimal.parse(text)).toBeUndefined();
    },
  );

  it('adds a tenth a million times to exactly 100000', () => {
    let sum = new Decimal(0n, 0);
    const tenth = decimal('0.1');
    for (let count = 0; count < 1_000_000; count += 1) sum = sum.plus(tenth);
    expect(sum.compare(decimal('100000'))).toBe(0);
  });

  it.each([
    ['0.5', 0, '0'],
    ['1.5', 0, '2'],
    ['2.5', 0, '2'],
    ['-2.5', 0, '-2'],
    ['-3.5', 0, '-4'],
    ['2.5000001', 0, '3'],
    ['1.005', 2, '1.00'],
    ['1.015', 2, '1.02'],
    ['1', 2, '1.00'],
  ])('rounds %s to %i places as %s, ties to even', (text, scale, expected) => {
    expect(decimal(text).withScale(scale).toString()).toBe(expected);
  });

  it.each([
    ['halfExpand', '2.5', '3'],
    ['halfExpand', '-2.5', '-3'],
    ['halfExpand', '2.4', '2'],
    ['floor', '-2.1', '-3'],
    ['floor', '2.9', '2'],
    ['ceil', '-2.9', '-2'],
    ['ceil', '2.1', '3'],
    ['ceil', '2.0', '2'],
    ['trunc', '-2.9', '-2'],
  ] as const)('rounds by %s: %s to %s', (rounding, text, expected) => {
    expect(decimal(text).withScale(0, rounding).toString()).toBe(expected);
  });

  it('divides half-even at the scale asked for, and not by zero', () => {
    expect(decimal('1').dividedBy(decimal('3'), 4)?.toString()).toBe('0.3333');
    expect(decimal('-1').dividedBy(decimal('8'), 2)?.toString()).toBe('-0.12');
    expect(decimal('1.25').dividedBy(decimal('0.5'), 0)?.toString()).toBe('2');
    expect(decimal('1').dividedBy(decimal('0.00'), 2)).toBeUndefined();
  });

  it('computes like integers of the common scale', () => {
    const any = fc.record({
      coefficient: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      scale: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [left, right] = [new Decimal(a.coefficient, a.scale), new Decimal(b.coefficient, b.scale)];
        const at = ({ coefficient, scale }: { coefficient: bigint; scale: number }): bigint =>
          coefficient * 10n ** BigInt(24 - scale);
        expect(left.plus(right).withScale(24).coefficient).toBe(at(a) + at(b));
        expect(left.minus(right).withScale(24).coefficient).toBe(at(a) - at(b));
        expect(Math.sign(left.compare(right))).toBe(at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0);
        expect(decimal(left.toString()).compare(left)).toBe(0);
      }),
    );
  });
});
