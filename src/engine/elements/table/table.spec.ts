import fc from 'fast-check';
import { Warnings } from '../../model/faults';
import type { PageItem, TextRun } from '../../model/page';
import { boxesOf, fulfilsElementContract, placeAll, placeContext } from '../element.contract';
import { table } from './table';
import type { FrameColumn, RowLine, SumsLine, TableContent, TableFrame, TableLine } from './table-content';
import { heightOf, metricsOf } from './table-metrics';

const frame: TableFrame = {
  data: 'd',
  columns: ['Name', 'Note', 'Amount'].map((title, index): FrameColumn => {
    return {
      title,
      span: '',
      width: { share: 1 },
      sample: [],
      align: index === 2 ? 'end' : 'start',
      looks: [],
      isShortened: false,
      isBold: false,
      hasFigures: index === 2,
      hasTotal: index === 2,
    };
  }),
  hasZebra: true,
  density: 'regular',
  hasGroups: false,
  splitsRows: false,
  pageTotals: undefined,
  carry: undefined,
  printAmounts: () => [],
  empty: 'Nothing.',
};

const rowLine = (cells: readonly string[], index: number, keepsWithNext = false): RowLine => {
  return { kind: 'row', cells, isTinted: index % 2 === 1, keepsWithNext, openGroups: [] };
};

const sumsLine = (cells: readonly string[], label: string): SumsLine => {
  return { kind: 'sums', level: -1, label, cells, keepsWithNext: false, openGroups: [] };
};

const content = (rows: readonly (readonly string[])[], totals?: readonly string[], label = 'Total'): TableContent => {
  const lines: TableLine[] = rows.map((cells, index) =>
    rowLine(cells, index, totals !== undefined && index === rows.length - 1),
  );
  if (totals && rows.length > 0) lines.push(sumsLine(totals, label));
  return { frame, lines, isStart: true, isEnd: true };
};

const isText = (item: PageItem): item is TextRun => item.kind === 'text';
const textsOf = (items: readonly PageItem[]): string[] => items.filter(isText).map((item) => item.text);
const rows = (count: number): string[][] =>
  Array.from({ length: count }, (_, index) => [`r${index}`, 'note', `${index}.00`]);
const { rowHeight, headerHeight, totalsHeight } = metricsOf.regular;

fulfilsElementContract({
  element: table,
  spec: {
    data: 'd',
    columns: [{ field: 'x', width: '2*', total: 'sum' }],
    zebra: false,
    empty: 'x',
    density: 'compact',
  },
  content: content(rows(60), ['', '', '99.00']),
  texts: [...rows(60).flat(), 'Total', '99.00'],
});

describe('a table', () => {
  it('repeats its header on every page, as the same marks', () => {
    const placed = placeAll(table, content(rows(30)), [200]);
    const headers = placed.map(({ items }) => items.filter((item) => item.kind === 'group'));
    expect(headers.every((groups) => groups.length === 1)).toBe(true);
    expect(new Set(headers.map(([group]) => group!.marks)).size).toBe(1);
  });

  it('keeps its last row with the totals', () => {
    const height = headerHeight + 5 * rowHeight + totalsHeight - 1;
    const [first, second] = placeAll(table, content(rows(5), ['', '', '1']), [height]);
    expect(textsOf(first!.items)).toHaveLength(4 * 3);
    expect(textsOf(second!.items)).toEqual(['r4', 'note', '4.00', 'Total', '1']);
  });

  it('tints every other row of the table, whatever page it is on', () => {
    const placed = placeAll(table, content(rows(9)), [headerHeight + 3 * rowHeight]);
    const tints = placed.map(({ items, region }) =>
      items
        .flatMap((item) => (item.kind === 'path' && item.fill === '#f8fafc' ? item.rectangles : []))
        .map(({ y }) => Math.round((y - region.y - headerHeight) / rowHeight)),
    );
    expect(tints).toEqual([[1], [0, 2], [1]]);
  });

  it('begins a row at the foot of a page where it may, with two lines on either side', () => {
    const note = Array.from({ length: 6 }, (_, index) => `line ${index}`).join('\n');
    const linesOf = (height: number, splitsRows = true): number[] => {
      const piece = {
        ...content(
          [
            ['a', 'x', '1'],
            ['b', note, '2'],
          ],
          ['', '', '3'],
        ),
        frame: { ...frame, splitsRows },
      };
      const region = { x: 0, y: 0, width: 300, isFresh: true };
      const placed = [];
      let rest: TableContent | undefined = piece;
      for (let room = height; rest; room = 400) {
        const part: ReturnType<typeof table.place> = table.place(rest, { ...region, height: room }, placeContext());
        placed.push(textsOf(part.items).filter((text) => text.startsWith('line')).length);
        rest = part.rest;
      }
      return placed;
    };
    const least = headerHeight + rowHeight + heightOf(2, metricsOf.regular);
    expect(linesOf(least - 1)).toEqual([0, 6]);
    expect(linesOf(least, false)).toEqual([0, 6]);
    expect(linesOf(least)).toEqual([2, 4]);
    expect(linesOf(headerHeight + rowHeight + heightOf(6, metricsOf.regular))).toEqual([4, 2]);
  });

  it('splits a row that is higher than a page between lines', () => {
    const note = Array.from({ length: 40 }, (_, index) => `line${index}`).join('\n');
    const placed = placeAll(
      table,
      content(
        [
          ['a', note, '1'],
          ['b', '', '2'],
        ],
        ['', '', '3'],
      ),
      [200],
    );
    expect(placed.length).toBeGreaterThan(2);
    const shown = placed.flatMap(({ items }) => textsOf(items));
    expect(shown.filter((text) => text.startsWith('line'))).toEqual(note.split('\n'));
    expect(shown.slice(-4)).toEqual(['b', '2', 'Total', '3']);
  });

  it('says so where there are no rows, and totals nothing', () => {
    const [only, ...others] = placeAll(table, content([], ['', '', '0']), [200]);
    expect(others).toEqual([]);
    expect(textsOf(only!.items)).toEqual(['Nothing.']);
  });

  describe('with values that are wider than their columns', () => {
    const amounts = (width: number, amount: string, totals?: readonly string[]): [TableContent, Warnings] => {
      const narrow: TableFrame = {
        ...frame,
        columns: frame.columns.map((column, index) => (index === 2 ? { ...column, width: { points: width } } : column)),
      };
      return [{ ...content([['a', 'b', amount]], totals), frame: narrow }, new Warnings()];
    };
    const place = (piece: TableContent, warnings: Warnings): readonly PageItem[] =>
      table.place(piece, { x: 0, y: 0, width: 300, height: 300, isFresh: true }, placeContext(warnings)).items;

    it('prints an amount whole, and smaller where it must be', () => {
      const [piece, warnings] = amounts(52, '$99,000.50');
      const shown = place(piece, warnings)
        .filter(isText)
        .find(({ text }) => text === '$99,000.50')!;
      expect(shown.style.size).toBeLessThan(metricsOf.regular.cellSize);
      expect(shown.style.size).toBeGreaterThanOrEqual(metricsOf.regular.cellSize * 0.7);
      expect(warnings.list()).toEqual([]);
    });

    it('prints signs for an amount that does not fit at all, and says so', () => {
      const [piece, warnings] = amounts(42, '$99,000,000.50', ['', '', '$123,456,789.00']);
      const texts = textsOf(place(piece, warnings));
      expect(texts).toEqual(['a', 'b', '###', 'Total', '###']);
      expect(warnings.list()).toMatchObject([{ code: 'value_does_not_fit', count: 2 }]);
      expect(warnings.list()[0]!.detail).toContain('"Amount" of the table of d');
    });

    it.each([
      ['Due: 1,234,567.50', 56, 'Due:|1,234,567.50', false],
      ['Due: 1,234,567.50 EUR', 36, 'Due:|###|EUR', true],
      ['No. 12345678901234', 48, 'No.|1234567890|1234', false],
    ])('does not cut the number in %p', (text, width, expected, isUnfit) => {
      const [piece, warnings] = amounts(width, text);
      const columns = piece.frame.columns.map((column) => ({ ...column, hasFigures: false }));
      const shown = place({ ...piece, frame: { ...piece.frame, columns } }, warnings)
        .filter(isText)
        .slice(2);
      expect(shown.map((each) => each.text).join('|')).toBe(expected);
      expect(warnings.list().map(({ code }) => code)).toEqual(isUnfit ? ['value_does_not_fit'] : []);
    });

    it('breaks a time between its words', () => {
      const [piece, warnings] = amounts(60, 'Jan 31, 2026, 11:30 PM');
      expect(textsOf(place(piece, warnings)).slice(2).join(' ')).toBe('Jan 31, 2026, 11:30 PM');
    });

    it('prints the text for nothing like any text', () => {
      const [piece, warnings] = amounts(40, 'unbekannt');
      expect(textsOf(place(piece, warnings)).slice(2).join('')).toBe('unbekannt');
    });
  });

  describe('with totals beside each other', () => {
    const totalled = (widths: readonly number[]): TableFrame => ({
      ...frame,
      columns: widths.map((points) => ({ ...frame.columns[2]!, title: String(points), width: { points } })),
    });
    const boxesOfTotals = (piece: TableContent): Record<string, ReturnType<typeof boxesOf>[number]> => {
      const [only] = placeAll(table, piece, [300]);
      return Object.fromEntries(only!.items.filter(isText).map((item) => [item.text, boxesOf(item)[0]!]));
    };

    it('keeps them apart', () => {
      const piece = {
        ...content([['1', '2', '3']], ['', '1,234,567.00', '7,654,321.00']),
        frame: totalled([40, 62, 62]),
      };
      const frameOfTwo = { ...piece.frame, columns: piece.frame.columns.map((c, i) => ({ ...c, hasTotal: i > 0 })) };
      const boxes = boxesOfTotals({ ...piece, frame: frameOfTwo });
      expect(boxes['1,234,567.00']!.right).toBeLessThan(boxes['7,654,321.00']!.left);
    });

    it('wraps a long label in front of them', () => {
      const label = 'Total of all the accounts that are listed above';
      const frameOfOne = totalled([90, 62]);
      const columns = frameOfOne.columns.map((each, index) => ({ ...each, hasTotal: index === 1 }));
      const [only] = placeAll(
        table,
        { ...content([['1', '2']], ['', '12'], label), frame: { ...frameOfOne, columns } },
        [300],
      );
      const texts = textsOf(only!.items).slice(2);
      expect(texts.length).toBeGreaterThan(2);
      expect(texts.slice(0, -1).join(' ')).toBe(label);
      expect(texts.at(-1)).toBe('12');
    });

    it.each([
      [120, 'Total', ['Total 10,000']],
      [50, 'Grand total', ['Grand', 'total', '10,000']],
      [60, '', ['10,000']],
    ])('puts label and value of a first column of %d points into one cell', (width, label, expected) => {
      const [only] = placeAll(table, { ...content([['1']], ['10,000'], label), frame: totalled([width]) }, [300]);
      expect(textsOf(only!.items).slice(1)).toEqual(expected);
    });
  });

  it('says that its columns are too wide, once, and refuses more than a page can hold', () => {
    const wide = (count: number): TableFrame => ({
      ...frame,
      columns: Array.from({ length: count }, () => ({ ...frame.columns[0]!, width: { points: 90 } })),
    });
    const warnings = new Warnings();
    const context = placeContext(warnings);
    const region = { x: 0, y: 0, width: 324, height: 300, isFresh: true };
    const piece = { ...content([Array<string>(8).fill('x')]), frame: wide(8) };
    for (let count = 0; count < 2; count += 1) table.place(piece, region, context);
    expect(warnings.list()).toMatchObject([{ code: 'columns_squeezed', count: 1 }]);
    const many = { ...content([Array<string>(50).fill('x')]), frame: wide(50) };
    expect(() => table.place(many, region, context)).toThrow(/50 columns.*holds 20 at most/);
  });

  it('does not begin where its header has no room for a row', () => {
    const region = { x: 0, y: 0, width: 300, height: headerHeight + rowHeight + 9, isFresh: false };
    expect(table.place(content(rows(1)), region, placeContext()).items).toEqual([]);
    expect(table.place(content(rows(1)), { ...region, height: region.height + 1 }, placeContext()).items).not.toEqual(
      [],
    );
  });

  it('shows each row once and in order, inside of its region, under a header, in any pieces on any pages', () => {
    const cell = fc.oneof(
      { weight: 8, arbitrary: fc.string({ maxLength: 12 }) },
      { weight: 2, arbitrary: fc.stringMatching(/^[a-z ]{0,200}$/) },
      { weight: 1, arbitrary: fc.array(fc.constant('x'), { maxLength: 60 }).map((lines) => lines.join('\n')) },
    );
    const piles = fc.array(fc.array(cell, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        piles,
        fc.integer({ min: 144, max: 400 }),
        fc.boolean(),
        fc.boolean(),
        (pieces, height, hasTotals, splitsRows) => {
          const marked: string[] = [];
          const shared = { ...frame, splitsRows };
          const context = placeContext();
          let free = 0;
          let number = 0;
          for (const [index, notes] of pieces.entries()) {
            const isLast = index === pieces.length - 1;
            const rows = notes.map((note) => [`№${number++}`, note, '1']);
            let rest: TableContent | undefined = {
              ...content(rows, isLast && hasTotals ? ['', '', 'sum'] : undefined),
              frame: shared,
              isStart: index === 0,
              isEnd: isLast,
            };
            while (rest) {
              const region = { x: 10, y: 20 + height - free, width: 300, height: free, isFresh: free === height };
              const placed: ReturnType<typeof table.place> = table.place(rest, region, context);
              if (region.isFresh) expect(placed.items[0]).toMatchObject({ kind: 'group', y: region.y });
              expect(placed.height).toBeLessThanOrEqual(free + 1e-6);
              for (const box of placed.items.flatMap((item) => boxesOf(item))) {
                expect(box.top).toBeGreaterThanOrEqual(region.y - 1e-6);
                expect(box.bottom).toBeLessThanOrEqual(region.y + region.height + 1e-6);
              }
              marked.push(...textsOf(placed.items).filter((text) => /^(№\d+|Total)$/.test(text)));
              free -= placed.height;
              rest = placed.rest;
              if (rest) free = height;
            }
          }
          const expected = Array.from({ length: number }, (_, index) => `№${index}`);
          expect(marked.filter((text) => text !== 'Total')).toEqual(expected);
          expect(marked.includes('Total')).toBe(hasTotals);
        },
      ),
      { numRuns: 200 },
    );
  });
});
