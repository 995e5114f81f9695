import { PdfReader } from '../../../../test/golden/read-pdf';
import { Warnings } from '../../model/faults';
import type { Alignment, LateMarks, Marks, PageItem, TextRun } from '../../model/page';
import { widthOf } from '../../text/break-lines';
import { lateLine } from '../../text/late-line';
import { fulfilsOutputContract, info, pageOf, paintAll, style } from '../output.contract';
import { pdf } from './pdf';

fulfilsOutputContract(pdf);

const text = (value: string, x = 10, y = 50): PageItem => ({ kind: 'text', x, y, text: value, style });

async function read(pages: readonly PageItem[][], warnings = new Warnings()): Promise<PdfReader> {
  return new PdfReader(
    await paintAll(
      pdf,
      pages.map((items, index) => pageOf(index + 1, ...items)),
      warnings,
    ),
  );
}

describe('pdf', () => {
  it('sets texts where they belong, whatever stands between', async () => {
    const bar: PageItem = { kind: 'path', fill: '#00ff00', rectangles: [{ x: 0, y: 0, width: 5, height: 5 }] };
    const reader = await read([[text('one', 10.25, 50.5), bar, text('two', 100, 20), text('three', 7, 199)]]);
    expect(reader.textsOf(reader.pages[0]!)).toEqual([
      { x: 10.25, y: 149.5, text: 'one' },
      { x: 100, y: 180, text: 'two' },
      { x: 7, y: 1, text: 'three' },
    ]);
  });

  it('sets its colour again after what was filled with another', async () => {
    const bar: PageItem = { kind: 'path', fill: '#00ff00', rectangles: [{ x: 0, y: 0, width: 5, height: 5 }] };
    const reader = await read([[text('one'), bar, text('two')]]);
    const content = reader
      .find('/Length')
      .map(({ stream }) => stream)
      .find((each) => each.includes(' re\n'))!;
    expect(content.match(/[\d.]+ [\d.]+ [\d.]+ rg/g)).toEqual(['0.2 0.255 0.333 rg', '0 1 0 rg', '0.2 0.255 0.333 rg']);
  });

  it.each([
    '(brackets) and \\',
    'ÄÖÜ ß é ñ',
    'Ελληνικά Кириллица',
    'a\u00a0b',
    '€1,234.50 \u22121',
    '“quotes” – …',
    'fi ffl',
  ])('can be read back: %s', async (value) => {
    const reader = await read([[text(value)]]);
    expect(reader.textsOf(reader.pages[0]!)[0]?.text.replaceAll('\u00a0', ' ')).toBe(value.replaceAll('\u00a0', ' '));
  });

  it('draws a box for what the font has not, reads it back, and counts it', async () => {
    const warnings = new Warnings();
    const reader = await read([[text('a東b東\u{1F600}')]], warnings);
    expect(reader.textsOf(reader.pages[0]!)[0]?.text).toBe('a東b東\u{1F600}');
    expect(warnings.list()).toEqual([
      { code: 'missing_glyph', detail: expect.stringContaining('U+6771 東') as string, count: 2 },
      { code: 'missing_glyph', detail: expect.stringContaining('U+1F600') as string, count: 1 },
    ]);
  });

  it('fills late values in at the end, and aligns their line then', async () => {
    const parts = ['Page of ', { late: 'page.total' as const }, '!'];
    const line = (align: Alignment): PageItem[] => [lateLine(parts, { x: 20, y: 100, width: 200, align, style })];
    const reader = await read([...Array.from({ length: 12 }, () => line('end')), line('center'), line('start')]);
    const width = widthOf('Page of 14!', style);
    const [last, center, start] = [11, 12, 13].map((index) => reader.textsOf(reader.pages[index]!)[0]!);
    expect([last!.text, center!.text, start!.text]).toEqual(Array(3).fill('Page of 14!'));
    expect(last!.x).toBeCloseTo(220 - width, 1);
    expect(center!.x).toBeCloseTo(120 - width / 2, 1);
    expect(start).toMatchObject({ x: 20, y: 100 });
  });

  it('writes what waits for rows as soon as it is known, once for all pages, and in place where it was known before', async () => {
    let known: TextRun[] | undefined;
    const marks: LateMarks = { width: 100, height: 20, needsDocument: false, resolve: () => known };
    const late = { kind: 'late' as const, x: 10, y: 30, marks };
    const pages = (function* () {
      yield pageOf(1, late);
      yield pageOf(2, late);
      known = [{ kind: 'text', x: 5, y: 15, text: 'total', style }];
      yield pageOf(3, late);
      yield pageOf(4, text('end'));
    })();
    const reader = new PdfReader(await paintAll(pdf, pages));
    expect(reader.find('/Subtype/Form')).toHaveLength(1);
    const total = { x: 15, y: 155, text: 'total' };
    expect(reader.pages.slice(0, 3).map((page) => reader.textsOf(page))).toEqual([[total], [total], [total]]);
  });

  it('writes marks that pages share once', async () => {
    const marks: Marks = { width: 100, height: 20, items: [{ kind: 'text', x: 5, y: 15, text: 'header', style }] };
    const group = (x: number, y: number): PageItem[] => [{ kind: 'group', x, y, marks }];
    const reader = await read([group(10, 30), group(10, 56), group(10, 56)]);
    expect(reader.find('/Subtype/Form')).toHaveLength(1);
    expect(reader.pages.map((page) => reader.textsOf(page))).toEqual([
      [{ x: 15, y: 155, text: 'header' }],
      [{ x: 15, y: 129, text: 'header' }],
      [{ x: 15, y: 129, text: 'header' }],
    ]);
  });

  it('writes paths that pages repeat once, and others as they are', async () => {
    const rules = (first: number): PageItem => ({
      kind: 'path',
      fill: '#e2e8f0',
      rectangles: [0, 1, 2, 3].map((index) => ({ x: 10, y: first + index * 20, width: 100, height: 0.4 })),
    });
    const reader = await read([[rules(20)], [rules(20), text('x')], [rules(30)], [rules(20)]]);
    expect(reader.find('/Subtype/Form')).toHaveLength(1);
    expect(reader.find('/Type/Page/').map(({ dict }) => /\/XObject<<(.*?)>>/.exec(dict)![1])).toEqual([
      '',
      expect.stringMatching(/^\/G1 \d+ 0 R$/),
      '',
      expect.stringMatching(/^\/G1 \d+ 0 R$/),
    ]);
  });

  it('reads back more characters than codes of one byte have room for', async () => {
    const alphabet = Array.from({ length: 0x250 - 0xa1 }, (_, index) => String.fromCodePoint(0xa1 + index)).join('');
    const value = (alphabet + 'ΑΒΓαβγАБВабв()\\' + '0123456789').replace('\u00ad', '');
    const reader = await read([[text(value), text('again ' + value, 10, 80)]]);
    const known = (each: string): string => each.normalize('NFKC');
    expect(reader.textsOf(reader.pages[0]!).map((placed) => known(placed.text))).toEqual(
      [value, 'again ' + value].map(known),
    );
  });

  it('keeps texts of one line where they belong, however long it is', async () => {
    const xs = [10, 60.123, 123.456, 200.789, 260.001];
    const reader = await read([xs.map((x, index) => text(`cell ${index}`, x, 50))]);
    const placed = reader.textsOf(reader.pages[0]!);
    expect(placed.map((each) => each.text)).toEqual(xs.map((_, index) => `cell ${index}`));
    for (const [index, x] of xs.entries()) expect(Math.abs(placed[index]!.x - x)).toBeLessThan(0.011);
  });

  it('finds all pages of a long report, and what they show', async () => {
    const reader = await read(Array.from({ length: 600 }, (_, index) => [text(`page ${index + 1}`)]));
    expect(reader.pages.map((page) => reader.textsOf(page)[0]!.text)).toEqual(
      Array.from({ length: 600 }, (_, index) => `page ${index + 1}`),
    );
  });

  it('writes bookmarks as a tree', async () => {
    const mark = (level: number, title: string): PageItem => ({ kind: 'outline', y: 0, level, title: [title] });
    const reader = await read([[mark(1, 'A'), mark(2, 'A.1'), mark(2, 'Ä.2')], [mark(1, 'B')]]);
    expect(reader.find('/Type /Outlines')[0]?.dict).toContain('/Count 2');
    expect(reader.find('/Title (A)')[0]?.dict).toContain('/Count -2');
    const late = await read([[{ kind: 'outline', y: 0, level: 1, title: ['One of ', { late: 'page.total' }] }], []]);
    expect(late.find('/Title (One of 2)')).toHaveLength(1);
    expect(reader.find('/Title (B)')[0]?.dict).toContain(`/Dest [${reader.pages[1]!} 0 R /XYZ null 200 null]`);
  });

  it('writes metadata that is well-formed, and the language', async () => {
    const reader = await read([[]]);
    const xmp = reader.find('/Type /Metadata')[0]!.stream;
    expect(xmp).toContain('A &amp; B &lt;c&gt;');
    expect(xmp).toContain('2026-11-23T12:00:00Z');
    expect(reader.find('/Type /Catalog')[0]?.dict).toContain('/Lang (en-GB)');
  });

  it('says in its metadata what it was made from', async () => {
    const xmp = (await read([[]])).find('/Type /Metadata')[0]!.stream;
    const valuesOf = (name: string): string[] =>
      [...xmp.matchAll(new RegExp(`<pressroom:${name}>([^<]*)</pressroom:${name}>`, 'g'))].map((match) => match[1]!);
    expect(valuesOf('template')).toEqual(['a-template']);
    expect(valuesOf('templateVersion')).toEqual(['3']);
    expect(valuesOf('definitionHash')).toEqual(['d'.repeat(64)]);
    expect(valuesOf('asOf')).toEqual(['2026-11-23T12:00:00.500Z']);
    expect(valuesOf('name')).toEqual(['rows', 'a&lt;b&gt;&amp;"c"']);
    expect(valuesOf('rows')).toEqual(['12', '0']);
    expect(valuesOf('hash')).toEqual(['f'.repeat(64), '0'.repeat(64)]);
  });

  it('has an ID of its own for other data, and no template where there is none', async () => {
    const { data, ...rest } = info.provenance();
    const about = { ...info, provenance: () => ({ ...rest, template: null, data: { ...data, more: data.rows! } }) };
    const [one, other] = [await paintAll(pdf, [pageOf(1)]), await paintAll(pdf, [pageOf(1)], new Warnings(), about)];
    const idOf = (file: Buffer): string => /\/ID \[<([0-9a-f]{32})> <\1>\]/.exec(file.toString('latin1'))![1]!;
    expect(idOf(one)).not.toBe(idOf(other));
    expect(other.toString('latin1')).not.toContain('pressroom:template');
  });
});
