import fc from 'fast-check';
import { compile } from '../definition/compile';
import { paginate } from '../layout/paginate';
import { RenderError, Warnings } from '../model/faults';
import { bind } from './bind';
import type { TextRun } from '../model/page';
import type { Row } from './read-rows';

const definition = (dataset: object, body: object[]): object => ({
  pressroom: 1,
  name: 'sales',
  locale: 'en',
  data: { sales: { fields: { region: 'string', net: 'decimal' }, ...dataset } },
  body,
});

const table = { type: 'table', data: 'sales', columns: [{ field: 'region' }, { field: 'net', format: 'decimal2' }] };

async function readOf(
  input: object,
  rows: readonly Row[],
  counts = { opened: 0 },
): Promise<{ title: string; runs: TextRun[] }> {
  const report = compile(input);
  const data = {
    sales: (async function* () {
      await Promise.resolve();
      counts.opened += 1;
      yield { rows };
    })(),
  };
  const warnings = new Warnings();
  const bound = bind({ report, parameters: {}, data, asOf: new Date(0), warnings, admit: () => undefined });
  const runs: TextRun[] = [];
  for await (const page of paginate(bound, { maxPages: 100 }, warnings)) {
    runs.push(...page.items.filter((item) => item.kind === 'text'));
  }
  return { title: bound.title(), runs };
}

const textsOf = async (...input: Parameters<typeof readOf>): Promise<string[]> =>
  (await readOf(...input)).runs.map(({ text }) => text);

const rows: Row[] = [{ region: 'East', net: '0.10' }, { region: 'West', net: '0.25' }, { region: 'North' }];

describe('aggregates', () => {
  const aggregates = {
    total: { sum: 'net' },
    rows: { count: true },
    sales: { count: 'net' },
    mean: { avg: 'net' },
    least: { min: 'net' },
    greatest: { max: 'net' },
    from: { first: 'region' },
    to: { last: 'region' },
  };
  const names = Object.keys(aggregates);
  const line = { type: 'text', text: names.map((name) => `\${data.sales.${name}}`).join(' ') };

  it('are known before the rows are placed, and need no table', async () => {
    expect(await textsOf(definition({ aggregates }, [line]), rows)).toEqual(['0.35 3 2 0.18 0.1 0.25 East North']);
    const shown = await textsOf(definition({ aggregates }, [line, table]), rows);
    expect(shown.slice(-5)).toEqual(['East', '0.10', 'West', '0.25', 'North']);
  });

  it('are known to the title, and to headers and footers from the first page on', async () => {
    const band = [{ type: 'text', text: '${data.sales.rows} rows, page ${page.number}', when: 'data.sales.rows > 2' }];
    const input = { ...definition({ aggregates }, [table]), title: 'Sales of ${data.sales.total}', header: band };
    const page = { size: [300, 260] };
    const { title, runs } = await readOf({ ...input, page }, [...rows, ...rows, ...rows]);
    expect(title).toBe('Sales of 1.05');
    const texts = runs.map(({ text }) => text).filter((text) => text.includes('rows'));
    expect(texts).toEqual(['9 rows, page 1', '9 rows, page 2']);
    expect(await textsOf({ ...input, body: [{ ...table, when: 'data.sales.rows > 3' }] }, rows)).toEqual([
      '3 rows, page 1',
    ]);
  });

  it('are never printed over each other by texts of one place in a header', async () => {
    const header = ['First', 'Second'].map((text) => ({ type: 'text', text, when: 'data.sales.rows > 2' }));
    const input = { ...definition({ aggregates }, [table]), header };
    const [first, second] = (await readOf(input, rows)).runs;
    expect([first, second]).toMatchObject([
      { text: 'First', x: 48 },
      { text: 'Second', x: 48 },
    ]);
    expect(second!.y - first!.y).toBeGreaterThan(first!.style.size);
  });

  it('are nothing of no rows, but for sums and counts', async () => {
    const conditional = { type: 'text', text: 'More', when: 'data.sales.least > 1' };
    expect(await textsOf(definition({ aggregates }, [line, conditional, table]), [])).toEqual(['0 0 0     ']);
  });

  it('can be read by the columns of a table, such as for a share', async () => {
    const share = { ...table, columns: [{ value: 'row.net / data.sales.total', format: 'percent0' }] };
    expect(await textsOf(definition({ aggregates }, [share]), rows)).toEqual(['29%', '71%']);
  });

  it('add up exactly what an independent sum does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 600 }), async (cents) => {
        const total = cents.reduce((sum, each) => sum + BigInt(each), 0n);
        const given = cents.map((each) => ({ region: '', net: `${each}e-2` }));
        const text = { type: 'text', text: '${data.sales.total * 100 == decimal} ${data.sales.rows}' };
        text.text = text.text.replace('decimal', `${total}`);
        expect(await textsOf(definition({ aggregates }, [text]), given)).toEqual([`true ${cents.length}`]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('aggregates by groups', () => {
  const groups = (...columns: object[]): object => ({ type: 'table', data: 'data.sales.by', columns });
  const byRegion = { aggregates: { by: { groupBy: 'region', sum: 'net', count: true, avg: 'net' } } };
  const columns = [{ field: 'key', empty: 'None' }, { field: 'count' }, { field: 'sum', format: 'decimal2' }];

  it('are rows of a table, in the order in which their keys first come', async () => {
    const more: Row[] = [...rows, { net: '7' }, { region: 'West', net: '1' }, { region: '' }, { region: 'East' }];
    const shown = await textsOf(definition(byRegion, [groups(...columns), table]), more);
    const expected = ['East', '2', '0.10', 'West', '2', '1.25', 'North', '1', '0.00', 'None', '1', '7.00', '1', '0.00'];
    expect(shown.slice(0, expected.length)).toEqual(expected);
  });

  it('can be read by expressions, grouped and added up like any rows', async () => {
    const summed = { ...groups(...columns, { value: 'row.sum * 2', total: 'sum' }), groupBy: [{ field: 'key' }] };
    const shown = await textsOf(definition(byRegion, [summed]), rows);
    expect(shown.slice(-2)).toEqual(['Total', '0.7']);
  });

  it('take equal values together, however they are written', async () => {
    const fields = { at: 'dateTime', on: 'date', n: 'decimal', is: 'boolean' };
    const aggregates = Object.fromEntries(Object.keys(fields).map((groupBy) => [groupBy, { groupBy, count: true }]));
    const given: Row[] = [
      { at: '2026-01-01T00:00:00Z', on: '2026-01-01', n: '1.50', is: true },
      { at: '2026-01-01T01:00:00+01:00', on: '2026-01-01', n: '1.5', is: true },
      { at: '2026-01-01T00:00:01Z', on: '2026-01-02', n: '15', is: false },
      { at: '2026-01-01T00:00:01Z', on: '2026-01-02', n: '15.0', is: false },
      { at: '2026-01-01T00:00:01Z', on: '2026-01-02', n: '150e-1', is: false },
    ];
    for (const name of Object.keys(fields)) {
      const counts = { type: 'table', data: `data.sales.${name}`, columns: [{ field: 'count' }] };
      const shown = await textsOf(definition({ fields, aggregates }, [counts]), given);
      expect([name, ...shown]).toEqual([name, '2', '3']);
    }
  });

  it('fail clearly where there are more than memory is for', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({ region: `r${index}`, net: '1' }));
    const shown = textsOf(definition(byRegion, [groups(...columns)]), many);
    await expect(shown).rejects.toMatchObject({ code: 'data_too_large', dataset: 'sales' });
    await expect(shown).rejects.toThrow('more than 10000 groups, with those of by');
  });

  it('add up exactly what independent sums do', async () => {
    const keyed = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -1e9, max: 1e9 }));
    await fc.assert(
      fc.asyncProperty(fc.array(keyed, { maxLength: 600 }), async (list) => {
        const sums = new Map<number, bigint>();
        for (const [key, cents] of list) sums.set(key, (sums.get(key) ?? 0n) + BigInt(cents));
        const given = list.map(([key, cents]) => ({ region: `r${key}`, net: `${cents}e-2` }));
        const exact = { value: 'row.sum * 100', format: { useGrouping: false, maximumFractionDigits: 0 } };
        const shown = await textsOf(definition(byRegion, [groups({ field: 'key' }, exact)]), given);
        expect(shown).toEqual([...sums].flatMap(([key, sum]) => [`r${key}`, `${sum}`.replace('-', '\u2212')]));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a dataset of two tables', () => {
  it('is read from its source once', async () => {
    const counts = { opened: 0 };
    const many = Array.from({ length: 1000 }, (_, index) => ({ region: `r${index}`, net: '1' }));
    const shown = await textsOf(definition({ orderBy: ['region'] }, [table, table]), many, counts);
    const regions = shown.filter((text) => /^r\d/.test(text));
    expect(regions).toHaveLength(2000);
    expect(regions.slice(0, 1000)).toEqual(regions.slice(1000));
    expect(regions.slice(0, 3)).toEqual(['r0', 'r1', 'r10']);
    expect(counts.opened).toBe(1);
  });

  it('fails as one does where a row cannot be read', async () => {
    const failing = textsOf(definition({}, [table, table]), [{ net: 'x' }]);
    await expect(failing).rejects.toBeInstanceOf(RenderError);
  });
});
