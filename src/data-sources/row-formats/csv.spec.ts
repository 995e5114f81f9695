import * as fc from 'fast-check';
import type { Row } from '../driver';
import { CsvParser } from './csv';
import { MalformedRows } from './row-parser';

describe('CsvParser', () => {
  it('reads a header and rows, with CRLF or LF and with or without an end of line at the end', () => {
    const rows = [{ a: '1', b: '2' }, { a: '3', b: '' }]; // prettier-ignore
    expect(parse('a,b\n1,2\n3,\n')).toEqual(rows);
    expect(parse('a,b\r\n1,2\r\n3,')).toEqual(rows);
    expect(parse('\ufeffa,b\n1,2\n\n3,\n')).toEqual(rows);
  });

  it('reads quoted values with commas, quotes and line breaks', () => {
    expect(parse('a,b\n"1,5","say ""hi"""\n"x\r\ny",\n')).toEqual([
      { a: '1,5', b: 'say "hi"' },
      { a: 'x\r\ny', b: '' },
    ]);
  });

  it('tells the line of each row, whatever was in quotes before', () => {
    const parser = new CsvParser();
    expect(parser.write(Buffer.from('a\n"1\n1"\n\n2\n')).lines).toEqual([2, 5]);
  });

  it('takes a quoted empty value for a row, and an empty line for none', () => {
    expect(parse('a\n""\n\n1')).toEqual([{ a: '' }, { a: '1' }]);
  });

  it.each([
    ['a row that is too short', 'a,b\n1,2\n1\n', 3, undefined, /1 values.*2 columns/],
    ['an open quote', 'a,b\n1,"2', 2, undefined, /not closed/],
    ['text after a quoted value', 'a,b\n"1"x,2\n', 2, 4, /quote stands/],
    ['a quote inside a value', 'a,b\n1,x"y"\n', 2, 4, /quote stands/],
    ['a blank after a value of two lines', 'a,b\n"1\n1" ,2\n', 3, 3, /quote stands/],
    ['line ends of an old Mac', 'a,b\r1,2\r', 1, undefined, /carriage return/],
    ['semicolons', 'a;b\r\n1;2\r\n', 1, undefined, /separated by ';'/],
    ['too many columns', Array.from({ length: 2_001 }, (_, index) => index).join(), 1, undefined, /2001 columns/],
    ['a column named twice', 'a,a\n', 1, undefined, /'a' is there twice/],
    ['an empty file', '', 1, undefined, /empty/],
    ['an endless value', `a\n"${'x'.repeat(2 ** 20)}\n`, 2, undefined, /longer than/],
  ])('refuses %s, with line and column', (_case, text, line, column, detail) => {
    const error = catchError(() => parse(text, 2 ** 16));
    expect(error).toMatchObject({ line, column });
    expect(error.detail).toMatch(detail);
  });

  it('refuses bytes that are not UTF-8', () => {
    const parser = new CsvParser();
    parser.write(Buffer.from('a\n1\n'));
    expect(catchError(() => parser.write(Buffer.from([0x31, 0xff, 0x0a]))).line).toBe(3);
  });

  it('gives back any values that were written by RFC 4180, however the bytes are cut', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', '🦅', ' ') });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value)), fc.integer({ min: 1, max: 9 }), (pairs, chunkSize) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = pairs.map((pair) => pair.map(quoted).join(','));
        const expected = pairs.map(([a, b]) => ({ a, b }));
        expect(parse(['a,b', ...lines].join('\r\n'), chunkSize)).toEqual(expected);
      }),
    );
  });

  it('reads lines without quotes the same however the bytes are cut', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '0'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value)), fc.integer({ min: 1, max: 9 }), (pairs, chunkSize) => {
        const text = `a,b\n${pairs.map((pair) => `${pair.join(',')}\n`).join('')}`;
        expect(parse(text, chunkSize)).toEqual(pairs.map(([a, b]) => ({ a, b })));
      }),
    );
  });
});

function parse(text: string, chunkSize = 64): Row[] {
  const parser = new CsvParser();
  const bytes = Buffer.from(text);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length; start += chunkSize)
    rows.push(...parser.write(bytes.subarray(start, start + chunkSize)).rows);
  return [...rows, ...parser.end().rows];
}

function catchError(run: () => unknown): MalformedRows {
  try {
    run();
  } catch (error) {
    if (error instanceof MalformedRows) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
