import { NdjsonParser } from './ndjson';
import { MalformedRows } from './row-parser';

describe('NdjsonParser', () => {
  it('reads one object a line, however the bytes are cut, and tells their lines', () => {
    const parser = new NdjsonParser();
    const bytes = Buffer.from('{"a":"é"}\n\n{"a":2}\r\n{"a":null}');
    const batches = [...[...bytes].map((byte) => parser.write(Uint8Array.of(byte))), parser.end()];
    expect(batches.flatMap((batch) => batch.rows)).toEqual([{ a: 'é' }, { a: 2 }, { a: null }]);
    expect(batches.flatMap((batch) => batch.lines)).toEqual([1, 3, 4]);
  });

  it.each([
    ['a fault of JSON', '{"a":1}\n{"a":}\n', 2, 6],
    ['an end that comes too early', '{"a":1}\n{"a":\n', 2, 6],
    ['a row that is no object', '{}\n[1]\n', 2, 1],
    ['an endless row', `{"a":"${'x'.repeat(2 ** 20)}`, 1, undefined],
  ])('refuses %s, with line and column', (_case, text, line, column) => {
    expect.assertions(1);
    const parser = new NdjsonParser();
    try {
      parser.write(Buffer.from(text));
      parser.end();
    } catch (error) {
      expect(error).toMatchObject({ constructor: MalformedRows, line, column });
    }
  });

  it('passes over a byte order mark', () => {
    const { rows } = new NdjsonParser().write(Buffer.from('\ufeff{"a":1}\n'));
    expect(rows).toEqual([{ a: 1 }]);
  });

  it('refuses bytes that are not UTF-8, and names their line', () => {
    const parser = new NdjsonParser();
    const bytes = Buffer.concat([Buffer.from('{"a":"é"}\n{"a":"'), Buffer.of(0xff), Buffer.from('"}\n{}')]);
    expect(() => parser.write(bytes)).toThrow(/^line 2: .*UTF-8/);
  });
});
