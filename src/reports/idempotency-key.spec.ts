import { parseIdempotencyKey } from './idempotency-key';

describe('parseIdempotencyKey', () => {
  it.each([
    ['a bare key', 'order-8812', 'order-8812'],
    ['a quoted key', '"order-8812"', 'order-8812'],
    ['escaped characters', '"a\\"b\\\\c"', 'a"b\\c'],
    ['the longest key', 'x'.repeat(255), 'x'.repeat(255)],
    ['no header', undefined, undefined],
  ])('reads %s', (_case, header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    ['an empty key', ''],
    ['an empty quoted key', '""'],
    ['a blank', 'a b'],
    ['a control character', '"a\u0001"'],
    ['a character beyond ASCII', 'é'],
    ['a key that is too long', 'x'.repeat(256)],
  ])('refuses %s', (_case, header) => {
    expect(() => parseIdempotencyKey(header)).toThrow('idempotency-key-invalid');
  });
});
