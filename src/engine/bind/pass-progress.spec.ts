import { compile } from '../definition/compile';
import { paginate } from '../layout/paginate';
import { Warnings } from '../model/faults';
import { bind } from './bind';
import type { Row } from './read-rows';

const table = { type: 'table', data: 'sales', columns: [{ field: 'net' }] };
const total = { aggregates: { total: { sum: 'net' } } };
const sorted = { orderBy: ['net'] };

const rows = Array.from({ length: 1000 }, (_, index) => ({ net: String((index * 7919) % 1000) }));

interface Told {
  kind: string;
  share: number | undefined;
}

async function progressOf(
  dataset: object,
  body: object[],
  { given = rows, expected = given.length }: { given?: Row[]; expected?: number } = {},
): Promise<Told[]> {
  const report = compile({
    pressroom: 1,
    data: { sales: { fields: { net: 'decimal' }, ...dataset } },
    body,
  });
  async function* source() {
    await Promise.resolve();
    yield { rows: given };
  }
  const told: Told[] = [];
  const warnings = new Warnings();
  const bound = bind({
    report,
    parameters: {},
    data: { sales: source() },
    asOf: new Date(0),
    warnings,
    admit: () => undefined,
    expectedRows: { sales: expected },
    onPassed: (kind, share) => told.push({ kind, share }),
  });
  const pages = paginate(bound, { maxPages: 1000 }, warnings);
  while ((await pages.next()).done !== true);
  return told;
}

/** The kinds of passes one after another, each with the share of the work that was done at its end. */
const stagesOf = (told: readonly Told[]): [string, number][] =>
  told
    .filter(({ kind }, index) => kind !== told[index + 1]?.kind)
    .map(({ kind, share }) => [kind, Math.round(share! * 100)]);

describe('PassProgress', () => {
  it.each<[string, object, object[], [string, number][]]>([
    ['one table', {}, [table], [['rendering', 100]]],
    [
      'totals that are known first',
      total,
      [table],
      [
        ['reading', 33],
        ['rendering', 100],
      ],
    ],
    ['totals alone', total, [{ type: 'text', text: '${data.sales.total}' }], [['reading', 100]]],
    [
      'rows that are sorted',
      sorted,
      [table],
      [
        ['sorting', 33],
        ['rendering', 100],
      ],
    ],
    [
      'both',
      { ...total, ...sorted },
      [table],
      [
        ['sorting', 25],
        ['reading', 50],
        ['rendering', 100],
      ],
    ],
    [
      'two tables',
      {},
      [table, table],
      [
        ['reading', 20],
        ['rendering', 100],
      ],
    ],
    [
      'a table of contents',
      {},
      [{ type: 'toc' }, { ...table, groupBy: [{ field: 'net', header: '${group.key}', bookmark: true }] }],
      [
        ['reading', 25],
        ['counting', 50],
        ['rendering', 100],
      ],
    ],
    [
      'a table that is left out',
      total,
      [{ ...table, when: 'data.sales.total < 0' }],
      [
        ['reading', 33],
        ['rendering', 100],
      ],
    ],
  ])('counts each pass over the rows of %s, and never goes back', async (_, dataset, body, stages) => {
    const told = await progressOf(dataset, body);
    expect(stagesOf(told)).toEqual(stages);
    const shares = told.map(({ share }) => share!);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.length).toBeGreaterThan(stages.length);
  });

  it.each([
    ['fewer rows than were expected', { given: rows.slice(0, 100), expected: 1000 }],
    ['more', { expected: 10 }],
    ['rows that are left out', { given: [...rows, ...rows.map(() => ({ net: 'none' }))] }],
  ])('comes to an end, and not beyond, with %s', async (_, numbers) => {
    const shares = (await progressOf({ ...total, onRowError: 'skip' }, [table], numbers)).map(({ share }) => share!);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});
