import fc from 'fast-check';
import { boxesOf } from '../element.contract';
import { groupBy, linesOf, margins, pagesOf, row } from './sales-table.contract';

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

/** Each page with rows says once what they add up to. */
function checkPageTotals(pages: readonly string[][], rows: readonly Shape[]): void {
  let count = 0;
  for (const page of pages) {
    const shown = page.filter((line) => line.startsWith('№')).length;
    const total = `Page total\t${print(sumOf(rows.slice(count, count + shown)))}`;
    expect(page.filter((line) => line.startsWith('Page total'))).toEqual(shown > 0 ? [total] : []);
    count += shown;
  }
}

/** Each page but the last hands on what the rows so far, or those of their region, add up to; where the region ends, nothing. */
function checkCarried(pages: readonly string[][], rows: readonly Shape[], isWithinRegion: boolean): void {
  let count = 0;
  let carried: string[] = [];
  for (const page of pages) {
    const amounts = (label: string): string[] =>
      page.flatMap((line) => (line.startsWith(label) ? [line.slice(label.length)] : []));
    expect(amounts('Brought forward')).toEqual(carried);
    count += page.filter((line) => line.startsWith('№')).length;
    const before = rows.slice(0, count);
    const ofRegion = before.slice(before.findLastIndex(({ region }) => region !== rows[count]?.region) + 1);
    const summed = isWithinRegion ? ofRegion : before;
    carried = count < rows.length && summed.length > 0 ? [`\t${print(sumOf(summed))}`] : [];
    expect(amounts('Carried forward')).toEqual(carried);
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
      carryForward: fc.constantFrom(false, true, { within: 'region' }),
      pageTotals: fc.boolean(),
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
          pageTotals: option.pageTotals,
          splitRows: option.splitRows,
        };
        const pages = await pagesOf(table, source, height);
        for (const box of pages.flatMap(({ items }) => items.flatMap((item) => boxesOf(item)))) {
          expect(box.top).toBeGreaterThanOrEqual(margins.top - 1e-6);
          expect(box.bottom).toBeLessThanOrEqual(height - margins.bottom + 1e-6);
        }
        const lines = pages.map((page) => linesOf(page).filter((line) => !/^x$|forward/.test(line)));
        if (option.pageTotals) checkPageTotals(lines, rows);
        if (option.carryForward !== false && !option.splitRows)
          checkCarried(pages.map(linesOf), rows, option.carryForward !== true);
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
          expect(page.findLast((line) => !line.startsWith('Page'))).not.toMatch(/^(Region|Rep) /);
        }
      }),
      { numRuns: 100 },
    );
  });
});
