import { parseByteRange } from './byte-range';

describe('parseByteRange', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=3-', 3, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-10', 0, 9],
    ['bytes=-11', 0, 9],
    ['bytes=5-99999999999999999999', 5, 9],
    ['bytes=007-8', 7, 8],
    ['BYTES=1-2', 1, 2],
  ])('reads %s of ten bytes', (header, start, end) => {
    expect(parseByteRange(header, 10)).toEqual({ start, end });
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=99999999999999999999-'])(
    'finds nothing of ten bytes in %s',
    (header) => {
      expect(parseByteRange(header, 10)).toBe('unsatisfiable');
    },
  );

  it('finds nothing in nothing', () => {
    expect(parseByteRange('bytes=-1', 0)).toBe('unsatisfiable');
  });

  it.each([
    'bytes=2-1',
    'bytes=0-1,5-6',
    'lines=0-1',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=--1',
    'bytes=+1-2',
  ])('ignores %s', (header) => {
    expect(parseByteRange(header, 10)).toBeUndefined();
  });

  it.each(['bytes=0x1-0x2', 'bytes=1.0-2', 'bytes=1e1-20', 'bytes=1-2 '])(
    'takes only digits for numbers: %s',
    (header) => {
      expect(parseByteRange(header, 100)).toBeUndefined();
    },
  );
});
