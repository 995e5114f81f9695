import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { DataHash } from './data-hash';

const hashOf = (values: readonly unknown[]): string => {
  const hash = new DataHash();
  for (const value of values) hash.add(value);
  return hash.digest();
};

const END = Buffer.of(0xff);
const sha256 = (...parts: (string | Buffer)[]): string =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))))
    .digest('hex');

describe('DataHash', () => {
  it('is that of the texts in UTF-8, each ended by FF', () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom('a', 'é', '€', '😀', '\ud83d', '\0'), fc.string()) });
    fc.assert(
      fc.property(fc.array(text), (values) => {
        expect(hashOf(values)).toBe(sha256(...values.flatMap((value) => [value, END])));
      }),
    );
  });

  it('takes numbers and booleans as JSON writes them', () => {
    expect(hashOf([12, -0, -0.5, 1e21, true])).toBe(hashOf(['12', '0', '-0.5', '1e+21', 'true']));
    const number = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.integer({ min: 0, max: 1001 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(number), (values) => {
        expect(hashOf(values)).toBe(hashOf(values.map((value) => JSON.stringify(value))));
      }),
    );
  });

  it('tells nothing from an empty text, and one value from two', () => {
    expect(hashOf([null, undefined, {}])).toBe(sha256(...Array<Buffer>(3).fill(Buffer.of(0xfe, 0xff))));
    expect(hashOf([null])).not.toBe(hashOf(['']));
    expect(hashOf(['ab', ''])).not.toBe(hashOf(['a', 'b']));
  });

  it('takes texts of any length, and any number of them', () => {
    const long = '€'.repeat(100_000);
    const values = ['a', long, ...Array.from({ length: 20_000 }, (_, index) => `value ${index}`), long];
    expect(hashOf(values)).toBe(sha256(...values.flatMap((value) => [value, END])));
    expect(hashOf(Array(40_000).fill(null))).toBe(sha256(Buffer.alloc(80_000, Buffer.of(0xfe, 0xff))));
  });
});
