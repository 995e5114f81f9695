import { PdfReader } from '../../../../test/golden/read-pdf';
import { Warnings } from '../../model/faults';
import type { LateText, Marks, PageItem } from '../../model/page';
import { widthOf } from '../../text/break-lines';
import { fulfilsOutputContract, pageOf, paintAll, style } from '../output.contract';
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
    const line = (align: LateText['align']): PageItem[] => [
      { kind: 'late', x: 20, y: 100, width: 200, align, parts: ['Page of ', { late: 'page.total' }, '!'], style },
    ];
    const reader = await read([...Array.from({ length: 12 }, () => line('end')), line('center'), line('start')]);
    const width = widthOf('Page of 14!', style);
    const [last, center, start] = [11, 12, 13].map((index) => reader.textsOf(reader.pages[index]!)[0]!);
    expect([last!.text, center!.text, start!.text]).toEqual(Array(3).fill('Page of 14!'));
    expect(last!.x).toBeCloseTo(220 - width, 1);
    expect(center!.x).toBeCloseTo(120 - width / 2, 1);
    expect(start).toMatchObject({ x: 20, y: 100 });
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

  it('writes bookmarks as a tree', async () => {
    const mark = (level: number, title: string): PageItem => ({ kind: 'outline', y: 0, level, title });
    const reader = await read([[mark(1, 'A'), mark(2, 'A.1'), mark(2, 'Ä.2')], [mark(1, 'B')]]);
    expect(reader.find('/Type /Outlines')[0]?.dict).toContain('/Count 2');
    expect(reader.find('/Title (A)')[0]?.dict).toContain('/Count -2');
    expect(reader.find('/Title (B)')[0]?.dict).toContain(`/Dest [${reader.pages[1]!} 0 R /XYZ null 200 null]`);
  });

  it('writes metadata that is well-formed, and the language', async () => {
    const reader = await read([[]]);
    const xmp = reader.find('/Type /Metadata')[0]!.stream;
    expect(xmp).toContain('A &amp; B &lt;c&gt;');
    expect(xmp).toContain('2026-11-23T12:00:00Z');
    expect(reader.find('/Type /Catalog')[0]?.dict).toContain('/Lang (en-GB)');
  });
});
