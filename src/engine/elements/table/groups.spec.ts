import fc from 'fast-check';
import { bind } from '../../bind/bind';
import type { Row } from '../../bind/read-rows';
import { compile } from '../../definition/compile';
import { paginate } from '../../layout/paginate';
import { Warnings } from '../../model/faults';
import type { Page, TextRun } from '../../model/page';
import { boxesOf } from '../element.contract';

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

async function pagesOf(table: object, rows: readonly Row[], height = 400): Promise<Page[]> {
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
  for await (const page of paginate(bound, { maxPages: 1000 }, new Warnings())) pages.push(page);
  return pages;
}

/** The texts of a page's lines below the titles, from top to bottom; those of a line with tabs between. */
function linesOf(page: Page): string[] {
  const lines = new Map<number, TextRun[]>();
  for (const item of page.items) {
    if (item.kind !== 'text') continue;
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

const row = (id: number, region: string, rep: string, net = '1', note = ''): Row => ({
  id: `№${id}`,
  region,
  rep,
  note,
  net,
});
const rowsOf = (count: number, region = 'East', rep = 'Ann'): Row[] =>
  Array.from({ length: count }, (_, index) => row(index + 1, region, rep));

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
  it('end each page but the last, and begin the next', async () => {
    const pages = await pagesOf({ carryForward: { forward: 'To next', brought: 'From last' } }, rowsOf(60));
    const lines = pages.map(linesOf);
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

/** What the table should add up to, computed with whole cents. */
function expectedSums(rows: readonly Shape[]): string[] {
  const print = (cents: number): string =>
    (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 }).replace('-', '\u2212');
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
  return [...sums, `Grand total\t${print(rows.reduce((sum, each) => sum + each.cents, 0))}`];
}

describe('a grouped table of any shape', () => {
  it('shows each row once and in order, right sums, and parts no sum from its rows and no header from them', async () => {
    const options = fc.record({
      carryForward: fc.boolean(),
      startOn: fc.option(fc.constant('newPage'), { nil: undefined }),
      isSorted: fc.boolean(),
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
          groupBy: [{ ...outer, ...(option.startOn && { startOn: option.startOn }) }, inner],
          carryForward: option.carryForward,
        };
        const pages = await pagesOf(table, source, height);
        for (const box of pages.flatMap(({ items }) => items.flatMap((item) => boxesOf(item)))) {
          expect(box.top).toBeGreaterThanOrEqual(margins.top - 1e-6);
          expect(box.bottom).toBeLessThanOrEqual(height - margins.bottom + 1e-6);
        }
        const lines = pages.map((page) => linesOf(page).filter((line) => !/^x$|forward/.test(line)));
        expect(lines.flat().flatMap((line) => /^№\d+/.exec(line) ?? [])).toEqual(source.map(({ id }) => id));
        expect(lines.flat().filter((line) => /^(Subtotal|End|Grand)/.test(line))).toEqual(expectedSums(rows));
        for (const page of lines) {
          expect(page.find((line) => !line.endsWith('(continued)'))).not.toMatch(/^(Subtotal|End|Grand)/);
          expect(page.at(-1)).not.toMatch(/^(Region|Rep) /);
        }
      }),
      { numRuns: 100 },
    );
  });
});
