import fc from 'fast-check';
import type { PageItem, TextRun } from '../../model/page';
import { boxesOf, fulfilsElementContract, placeAll, placeContext } from '../element.contract';
import { table } from './table';
import type { RowLine, SumsLine, TableContent, TableFrame, TableLine } from './table-content';
import { metricsOf } from './table-metrics';

const frame: TableFrame = {
  columns: ['Name', 'Note', 'Amount'].map((title, index) => {
    return {
      title,
      span: '',
      width: { share: 1 },
      sample: [],
      align: index === 2 ? ('end' as const) : ('start' as const),
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
  carry: undefined,
  empty: 'Nothing.',
};

const rowLine = (cells: readonly string[], index: number, keepsWithNext = false): RowLine => {
  return { kind: 'row', cells, isTinted: index % 2 === 1, keepsWithNext, openGroups: [] };
};

const sumsLine = (cells: readonly string[]): SumsLine => {
  return { kind: 'sums', level: -1, label: 'Total', cells, keepsWithNext: false, openGroups: [] };
};

const content = (rows: readonly (readonly string[])[], totals?: readonly string[]): TableContent => {
  const lines: TableLine[] = rows.map((cells, index) =>
    rowLine(cells, index, totals !== undefined && index === rows.length - 1),
  );
  if (totals && rows.length > 0) lines.push(sumsLine(totals));
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
      fc.property(piles, fc.integer({ min: 144, max: 400 }), fc.boolean(), (pieces, height, hasTotals) => {
        const marked: string[] = [];
        const context = placeContext();
        let free = 0;
        let number = 0;
        for (const [index, notes] of pieces.entries()) {
          const isLast = index === pieces.length - 1;
          const rows = notes.map((note) => [`№${number++}`, note, '1']);
          let rest: TableContent | undefined = {
            ...content(rows, isLast && hasTotals ? ['', '', 'sum'] : undefined),
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
      }),
      { numRuns: 200 },
    );
  });
});
