import * as fc from 'fast-check';
import { ByteBuffer } from './byte-buffer';

const writtenBy = (write: (buffer: ByteBuffer) => void): string => {
  const buffer = new ByteBuffer();
  write(buffer);
  return Buffer.from(buffer.written).toString('latin1');
};

describe('ByteBuffer', () => {
  it('writes whole numbers', () => {
    expect(writtenBy((buffer) => buffer.integer(-0))).toBe('0');
    const number = fc.oneof(fc.integer(), fc.integer({ min: -101, max: 101 }));
    fc.assert(
      fc.property(number, (value) => {
        expect(writtenBy((buffer) => buffer.integer(value))).toBe(String(value));
      }),
    );
  });

  it('writes hundredths as the shortest decimal number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 2_000_000 }), (value) => {
        expect(Number(writtenBy((buffer) => buffer.hundredths(value)))).toBe(value / 100 + 0);
        expect(writtenBy((buffer) => buffer.hundredths(value))).toMatch(/^-?\d+(\.\d?[1-9])?$/);
      }),
    );
  });

  it('grows while it is written', () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    const text = writtenBy((buffer) => numbers.forEach((value) => buffer.integer(value)));
    expect(text).toBe(numbers.join(''));
  });
});
