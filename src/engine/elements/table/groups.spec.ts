import fc from 'fast-check';
import { bind } from '../../bind/bind';
import type { Row } from '../../bind/read-rows';
import { compile } from '../../definition/compile';
import { paginate } from '../../layout/paginate';
import { Warnings } from '../../model/faults';
import type { Page, PageItem, TextRun } from '../../model/page';
import { boxesOf, lateItemsOf } from '../element.contract';

const margins = { top: 56, bottom: 56 };

const definition = (table: object, height: number): object => ({
  pressroom: 1,
  name: 'sales',
  locale: 'en',
  page: { size: [400, height], margins: [margins.top, 40, margins.bottom, 40] },
  data: { sales: { fields: { id: 'string', region: 'string', rep: 'string', note: 'string', net: 'decimal' } } },
  body: [
    {
      type: 'table',
      data: 'sales',
      columns: [
        { field: 'id', width: 60 },
        { field: 'note' },
        { field: 'net', format: 'decimal2', total: 'sum' },
        { header: 'Balance', running: { sum: 'net' }, format: 'decimal2' },
      ],
      totals: { label: 'Grand total' },
      ...table,
    },
  ],
});

const groupBy = [
  { field: 'region', header: 'Region ${group.key}', footer: 'End of ${group.key}' },
  { field: 'rep', header: 'Rep ${group.key}', footer: 'Subtotal of ${group.key}', keepWithRows: 3 },
];

async function pagesOf(table: object, rows: readonly Row[], height = 400, warnings = new Warnings()): Promise<Page[]> {
  const report = compile(definition(table, height));
  const data = {
    sales: (async function* () {
      await Promise.resolve();
      yield { rows };
    })(),
  };
  const bound = bind({
    report,
    parameters: {},
    data,
    asOf: new Date(0),
    warnings: new Warnings(),
    admit: () => undefined,
  });
  const pages: Page[] = [];
  for await (const page of paginate(bound, { maxPages: 1000 }, warnings)) pages.push(page);
  return pages;
}

/** The texts of a page's lines below the titles, from top to bottom; those of a line with tabs between. */
function linesOf(page: Page): string[] {
  const lines = new Map<number, TextRun[]>();
  for (const item of page.items.flatMap(textsOf)) {
    const y = Math.round(item.y * 10);
    lines.set(y, [...(lines.get(y) ?? []), item]);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([, texts]) =>
      texts
        .sort((a, b) => a.x - b.x)
        .map(({ text }) => text)
        .join('\t'),
    );
}

function textsOf(item: PageItem): TextRun[] {
  if (item.kind === 'text') return [item];
  if (item.kind !== 'late') return [];
  const texts = lateItemsOf(item.marks).flatMap(textsOf);
  return texts.map((text) => ({ ...text, x: item.x + text.x, y: item.y + text.y }));
}

const row = (id: number, region: string, rep: string, net = '1', note = ''): Row => ({
  id: `№${id}`,
  region,
  rep,
  note,
  net,
});
const rowsOf = (count: number, region = 'East', rep = 'Ann'): Row[] =>
  Array.from({ length: count }, (_, index) => row(index + 1, region, rep));

describe('decimals without a format', () => {
  const columns = [{ field: 'id' }, { field: 'net', total: 'sum' }, { value: 'row.net / 4', total: 'max' }];

  it('have the digits of the first rows, trailing zeros of the source among them', async () => {
    const rows = [row(1, 'East', 'Ann', '10'), row(2, 'East', 'Ann', '2.50'), row(3, 'East', 'Ann', '-3')];
    const [page] = await pagesOf({ columns: [...columns, { header: 'B', running: { sum: 'net' } }] }, rows, 800);
    expect(linesOf(page!)).toEqual([
      '№1\t10.00\t2.500\t10.00',
      '№2\t2.50\t0.625\t12.50',
      '№3\t−3.00\t−0.750\t9.50',
      'Grand total\t9.50\t2.500',
    ]);
  });

  it('keep every digit that later rows have', async () => {
    const rows = [...rowsOf(300), row(301, 'East', 'Ann', '0.125')];
    const lines = (await pagesOf({ columns }, rows, 800)).flatMap(linesOf);
    expect(lines.slice(-2)).toEqual(['№301\t0.125\t0.03125', 'Grand total\t300.125\t0.25']);
  });

  it('have averages of as many', async () => {
    const rows = [row(1, 'East', 'Ann', '1.500'), row(2, 'East', 'Ann', '2.5')];
    const [page] = await pagesOf({ columns: [{ field: 'id' }, { field: 'net', total: 'avg' }] }, rows, 800);
    expect(linesOf(page!).at(-1)).toBe('Grand total\t2.000');
  });
});

describe('groups of a table', () => {
  it('open from the outermost inwards, close from the innermost outwards, and add up', async () => {
    const rows = [row(1, 'East', 'Ann', '0.1'), row(2, 'East', 'Bob', '0.2'), row(3, 'West', 'Bob', '0.3')];
    const [page] = await pagesOf({ groupBy }, rows, 800);
    expect(linesOf(page!)).toEqual([
      'Region East',
      'Rep Ann',
      '№1\t0.10\t0.10',
      'Subtotal of Ann\t0.10',
      'Rep Bob',
      '№2\t0.20\t0.30',
      'Subtotal of Bob\t0.20',
      'End of East\t0.30',
      'Region West',
      'Rep Bob',
      '№3\t0.30\t0.60',
      'Subtotal of Bob\t0.30',
      'End of West\t0.30',
      'Grand total\t0.60',
    ]);
  });

  it('add up what a running sum adds up, not the sums', async () => {
    const rows = [row(1, 'East', 'Ann', '3'), row(2, 'East', 'Ann', '-1'), row(3, 'West', 'Ann', '10')];
    const running = { sum: 'net', within: 'region' };
    const columns = [{ field: 'id' }, { header: 'Balance', running, total: 'sum' }];
    const [page] = await pagesOf({ columns, groupBy: groupBy.slice(0, 1) }, rows, 800);
    const sums = ['End of East\t2', 'Region West', '№3\t10', 'End of West\t10', 'Grand total\t12'];
    expect(linesOf(page!)).toEqual(['Region East', '№1\t3', '№2\t2', ...sums]);
  });

  it('have ratios of totals, wherever totals stand, and nothing where they would be divided by zero', async () => {
    const rows = [
      row(1, 'East', 'Ann', '3'),
      row(2, 'East', 'Ann', '-1'),
      row(3, 'West', 'Ann', '2'),
      row(4, 'West', 'Bob', '-2'),
    ];
    const share = { value: 'max.net / sum.net' };
    const columns = [{ field: 'id' }, { field: 'net', format: 'decimal1', total: share, empty: '–' }];
    const groups = [{ field: 'region', footer: 'End', totalInHeader: true }];
    const [page] = await pagesOf({ columns, groupBy: groups, totals: { at: 'start' } }, rows, 800);
    expect(linesOf(page!)).toEqual([
      'Total\t1.5',
      ...['East\t1.5', '№1\t3.0', '№2\t−1.0', 'End\t1.5'],
      ...['West\t–', '№3\t2.0', '№4\t−2.0', 'End\t–'],
    ]);
  });

  it('have a dash for a name where they have no key', async () => {
    const groups = [{ field: 'region', bookmark: true }];
    const pages = await pagesOf({ groupBy: groups }, [
      ...rowsOf(3),
      ...rowsOf(40).map((each) => ({ ...each, region: null })),
    ]);
    expect(linesOf(pages[0]!)).toContain('–');
    expect(linesOf(pages[1]!)[0]).toBe('– (continued)');
    const marks = pages.flatMap(({ items }) => items.filter((item) => item.kind === 'outline'));
    expect(marks.map(({ title }) => title)).toEqual([['East'], ['–']]);
  });

  it('are set off from rows above that no sums close', async () => {
    const rows = [row(1, 'East', 'Ann'), row(2, 'East', 'Bob')];
    const gapOf = async (footer: string): Promise<number> => {
      const [page] = await pagesOf({ groupBy: [{ field: 'region' }, { field: 'rep', footer }] }, rows, 800);
      const texts = page!.items.flatMap(textsOf);
      const yOf = (text: string): number => texts.find((each) => each.text === text)!.y;
      return yOf('Bob') - yOf(footer === '' ? '№1' : footer);
    };
    expect(await gapOf('')).toBeGreaterThan((await gapOf('Sum')) + 5);
  });

  it('say that they go on where a page begins amid them', async () => {
    const [, second] = await pagesOf({ groupBy }, rowsOf(40));
    expect(linesOf(second!).slice(0, 2)).toEqual(['Region East (continued)', 'Rep Ann (continued)']);
    const [, plain] = await pagesOf({ groupBy: [{ field: 'region', repeatHeader: false }] }, rowsOf(40));
    expect(linesOf(plain!)[0]).toMatch(/^№/);
  });

  it('begin on a new page, but for the first', async () => {
    const rows = [row(1, 'East', 'Ann'), row(2, 'East', 'Ann'), row(3, 'West', 'Ann'), row(4, 'North', 'Ann')];
    const groups = [{ field: 'region', startOn: 'newPage', bookmark: true }];
    const pages = await pagesOf({ groupBy: groups }, rows);
    expect(pages.map((page) => linesOf(page)[0])).toEqual(['East', 'West', 'North']);
    const marks = pages.flatMap(({ items }) => items.filter((item) => item.kind === 'outline'));
    expect(marks.map(({ title }) => title)).toEqual([['East'], ['West'], ['North']]);
    const headless = await pagesOf({ groupBy: [{ ...groups[0], header: '' }] }, rows);
    expect(headless.map((page) => linesOf(page)[0]!.slice(0, 2))).toEqual(['№1', '№3', '№4']);
  });

  it('begin a running sum anew where asked to', async () => {
    const rows = [row(1, 'East', 'Ann', '5'), row(2, 'East', 'Ann', '6'), row(3, 'West', 'Ann', '7')];
    const columns = [
      { field: 'id' },
      { field: 'rep', total: 'last' },
      { header: 'Balance', running: { sum: 'net', within: 'region' } },
    ];
    const [page] = await pagesOf({ columns, groupBy: [{ field: 'region', header: '' }] }, rows);
    expect(linesOf(page!)).toEqual(['№1\tAnn\t5', '№2\tAnn\t11', '№3\tAnn\t7', 'Grand total\tAnn']);
  });

  it('takes nothing (null) for a key like any other', async () => {
    const rows = [
      { id: '№1', net: '1' },
      { id: '№2', net: '2' },
    ];
    const groups = [{ field: 'region', header: 'Region ${coalesce(group.key, "unknown")}' }];
    const [page] = await pagesOf({ groupBy: groups }, rows);
    expect(linesOf(page!)).toEqual(['Region unknown', '№1\t1.00\t1.00', '№2\t2.00\t3.00', 'Grand total\t3.00']);
  });
});

describe('amounts carried forward', () => {
  it.each([
    ['of one line', 1, false],
    ['that are taller than a page', 50, false],
    ['that begin at the foot of a page', 10, true],
  ])('end each page but the last, and begin the next, with rows %s', async (_, count, splitRows) => {
    const note = Array.from({ length: count }, () => 'x').join('\n');
    const rows = rowsOf(60).map((each, index) => (index % 7 === 3 ? { ...each, note } : each));
    const table = { carryForward: { forward: 'To next', brought: 'From last' }, splitRows };
    const lines = (await pagesOf(table, rows)).map((page) => linesOf(page).filter((line) => line !== 'x'));
    expect(lines.length).toBeGreaterThan(3);
    let sum = 0;
    for (const [index, page] of lines.entries()) {
      if (index > 0) expect(page[0]).toBe(`From last\t${sum.toFixed(2)}`);
      sum += page.filter((line) => line.startsWith('№')).length;
      const isLast = index === lines.length - 1;
      expect(page.at(-1)).toBe(isLast ? 'Grand total\t60.00' : `To next\t${sum.toFixed(2)}`);
    }
  });
});

describe('totals above their rows', () => {
  const grouped = (changes: object = {}): object => ({
    groupBy: [{ field: 'region', totalInHeader: true, ...changes }],
    totals: { label: 'Grand total', at: 'start' },
  });

  it('stand in the header of their group and above the table, and again where the group goes on', async () => {
    const rows = [...rowsOf(300), row(301, 'West', 'Ann', '0.5')];
    const pages = (await pagesOf(grouped(), rows)).map(linesOf);
    expect(pages[0]!.slice(0, 3)).toEqual(['Grand total\t300.50', 'East\t300.00', '№1\t1.00\t1.00']);
    for (const page of pages.slice(1, -1)) expect(page[0]).toBe('East (continued)\t300.00');
    expect(pages.at(-1)!.slice(-2)).toEqual(['West\t0.50', '№301\t0.50\t300.50']);
  });

  it('say nothing of a table without rows', async () => {
    expect((await pagesOf({ ...grouped(), empty: 'None.' }, [])).map(linesOf)).toEqual([['None.']]);
  });

  it('are set smaller where they must be, then marked, and never cut', async () => {
    const columns = (width: number): object => ({
      columns: [{ field: 'id' }, { field: 'net', format: 'decimal2', total: 'sum', width }],
    });
    const rows = [row(1, 'East', 'Ann', '60000'), row(2, 'East', 'Ann', '60000')];
    const [page] = await pagesOf({ ...grouped(), ...columns(48) }, rows);
    const total = page!.items.flatMap(textsOf).find(({ text }) => text === '120,000.00')!;
    expect(total.style.size).toBeLessThan(8.5);
    const warnings = new Warnings();
    const [narrow] = await pagesOf({ ...grouped(), ...columns(30) }, rows, 400, warnings);
    // Both rows and both totals.
    expect(linesOf(narrow!).filter((line) => line === '###')).toHaveLength(4);
    expect(warnings.list()).toEqual([expect.objectContaining({ code: 'value_does_not_fit', count: 4 })]);
  });
});

interface Shape {
  readonly region: string;
  readonly rep: string;
  readonly cents: number;
  readonly lines: number;
}

const shapes = fc.array(
  fc.record({
    region: fc.constantFrom('East', 'West', 'North'),
    rep: fc.constantFrom('Ann', 'Bob'),
    cents: fc.integer({ min: -5000, max: 5000 }),
    lines: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 90 },
);

const print = (cents: number): string =>
  (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 }).replace('-', '\u2212');

const sumOf = (rows: readonly Shape[]): number => rows.reduce((sum, { cents }) => sum + cents, 0);

/** Rows from this one on that are of one group. */
function groupFrom(rows: readonly Shape[], start: number, isSame: (a: Shape, b: Shape) => boolean): readonly Shape[] {
  const length = rows.slice(start).findIndex((each) => !isSame(each, rows[start]!));
  return length < 0 ? rows.slice(start) : rows.slice(start, start + length);
}

/** The headers of the groups with their totals, in order. */
function expectedHeaders(rows: readonly Shape[]): string[] {
  const isRegion = (a: Shape, b: Shape): boolean => a.region === b.region;
  const isRep = (a: Shape, b: Shape): boolean => isRegion(a, b) && a.rep === b.rep;
  return rows.flatMap((each, index) => {
    const before = rows[index - 1];
    const region = `Region ${each.region}\t${print(sumOf(groupFrom(rows, index, isRegion)))}`;
    const rep = `Rep ${each.rep}\t${print(sumOf(groupFrom(rows, index, isRep)))}`;
    if (!before || !isRegion(before, each)) return [region, rep];
    return isRep(before, each) ? [] : [rep];
  });
}

/** Each header as expected, and repeated as it was. */
function checkHeaders(lines: readonly string[], expected: readonly string[]): void {
  const headers = lines.filter((line) => /^(Region|Rep) /.test(line));
  expect(headers.filter((line) => !line.includes(' (continued)'))).toEqual(expected);
  const open = new Map<string, string>();
  for (const line of headers) {
    const level = line.split(' ')[0]!;
    if (line.includes(' (continued)')) expect(line.replace(' (continued)', '')).toBe(open.get(level));
    else open.set(level, line);
  }
}

/** What the table should add up to, computed with whole cents. */
function expectedSums(rows: readonly Shape[]): string[] {
  const sums: string[] = [];
  let [region, rep] = [0, 0];
  for (const [index, each] of rows.entries()) {
    const next = rows.at(index + 1);
    region += each.cents;
    rep += each.cents;
    const ends = next?.region !== each.region;
    if (ends || next.rep !== each.rep) {
      sums.push(`Subtotal of ${each.rep}\t${print(rep)}`);
      rep = 0;
    }
    if (ends) {
      sums.push(`End of ${each.region}\t${print(region)}`);
      region = 0;
    }
  }
  return [...sums, `Grand total\t${print(sumOf(rows))}`];
}

describe('a grouped table of any shape', () => {
  it('shows each row once and in order, right sums, and parts no sum from its rows and no header from them', async () => {
    const options = fc.record({
      carryForward: fc.boolean(),
      startOn: fc.option(fc.constant('newPage'), { nil: undefined }),
      isSorted: fc.boolean(),
      isTotalAbove: fc.boolean(),
      splitRows: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, options, fc.integer({ min: 420, max: 700 }), async (given, option, height) => {
        const key = ({ region, rep }: Shape): string => `${region} ${rep}`;
        const rows = option.isSorted ? [...given].sort((a, b) => (key(a) < key(b) ? -1 : 1)) : given;
        const source = rows.map(({ region, rep, cents, lines }, index) =>
          row(index, region, rep, (cents / 100).toFixed(2), Array.from({ length: lines }, () => 'x').join('\n')),
        );
        const [outer, inner] = groupBy;
        const table = {
          groupBy: [
            { ...outer, ...(option.startOn && { startOn: option.startOn }), totalInHeader: option.isTotalAbove },
            { ...inner, totalInHeader: option.isTotalAbove },
          ],
          totals: { label: 'Grand total', at: option.isTotalAbove ? 'both' : 'end' },
          carryForward: option.carryForward,
          splitRows: option.splitRows,
        };
        const pages = await pagesOf(table, source, height);
        for (const box of pages.flatMap(({ items }) => items.flatMap((item) => boxesOf(item)))) {
          expect(box.top).toBeGreaterThanOrEqual(margins.top - 1e-6);
          expect(box.bottom).toBeLessThanOrEqual(height - margins.bottom + 1e-6);
        }
        const lines = pages.map((page) => linesOf(page).filter((line) => !/^x$|forward/.test(line)));
        if (option.isTotalAbove) {
          expect(lines[0]!.shift()).toBe(`Grand total\t${print(sumOf(rows))}`);
          checkHeaders(lines.flat(), expectedHeaders(rows));
        }
        expect(lines.flat().flatMap((line) => /^№\d+/.exec(line) ?? [])).toEqual(source.map(({ id }) => id));
        expect(lines.flat().filter((line) => /^(Subtotal|End|Grand)/.test(line))).toEqual(expectedSums(rows));
        for (const page of lines) {
          const first = page.find((line) => !line.includes('(continued)'));
          // The end of a row that was parted has none of its own.
          if (!option.splitRows) expect(first).not.toMatch(/^(Subtotal|End|Grand)/);
          expect(page.at(-1)).not.toMatch(/^(Region|Rep) /);
        }
      }),
      { numRuns: 100 },
    );
  });
});
