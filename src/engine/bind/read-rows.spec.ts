import { compile } from '../definition/compile';
import { Warnings } from '../model/faults';
import type { Value } from '../model/value';
import { formatsFor } from '../values/formats';
import { checkRows } from './check-rows';
import type { Row } from './read-rows';
import { readRows } from './read-rows';

const reportOf = (dataset: object): ReturnType<typeof compile> =>
  compile({
    pressroom: 1,
    name: 'sales',
    data: { sales: { fields: { qty: 'integer', price: 'decimal' }, ...dataset } },
    body: [{ type: 'table', data: 'sales', columns: [{ field: 'qty' }] }],
  });

async function read(
  dataset: object,
  rows: readonly Row[],
): Promise<{ rows: string[][]; marked: number[]; warnings: Warnings }> {
  const warnings = new Warnings();
  const report = reportOf(dataset);
  const source = (async function* () {
    await Promise.resolve();
    yield { rows, lines: rows.map((_, index) => index + 2) };
  })();
  const variables = { formats: formatsFor('en', 'UTC'), params: {}, report: {} };
  const plan = report.data.get('sales')!;
  const admit = (): void => undefined;
  const result: { rows: (readonly Value[])[]; marked: number[] } = { rows: [], marked: [] };
  for await (const batch of readRows({ dataset: 'sales', source, plan, variables, warnings, admit })) {
    result.rows.push(...batch.rows);
    result.marked.push(...(batch.marked ?? []));
  }
  return { rows: result.rows.map((row) => row.map(String)), marked: result.marked, warnings };
}

const compute = { net: 'row.qty * row.price', gross: 'row.net * 1.2' };

describe('names that every object has', () => {
  it('are read from the row itself alone', async () => {
    const fields = { owner: { type: 'string', from: 'constructor' }, text: { type: 'string', from: 'toString' } };
    const { rows } = await read({ fields: { qty: 'integer', ...fields } }, [
      { qty: 1 },
      { qty: 2, constructor: 'a', toString: 'b' },
    ]);
    expect(rows).toEqual([
      ['1', 'null', 'null'],
      ['2', 'a', 'b'],
    ]);
  });
});

describe('computed fields', () => {
  it('are computed exactly and in order, from those before them', async () => {
    const { rows } = await read({ compute }, [{ qty: 3, price: '0.10' }]);
    expect(rows).toEqual([['3', '0.10', '0.30', '0.360']]);
  });

  it('are nothing where what they read is nothing', async () => {
    expect((await read({ compute }, [{ qty: 3 }])).rows).toEqual([['3', 'null', 'null', 'null']]);
  });
});

describe('a row that cannot be read', () => {
  const rows = [
    { qty: 1, price: 2 },
    { qty: 'x', price: 3 },
    { qty: 0, price: 4 },
  ];
  const each = { compute: { unit: 'row.price / row.qty' } };

  it('ends the run, which says where', async () => {
    await expect(read(each, rows)).rejects.toMatchObject({ code: 'data_invalid', row: 2, line: 3, field: 'qty' });
    await expect(read(each, rows.toSpliced(1, 1))).rejects.toMatchObject({
      code: 'template_error',
      row: 2,
      field: 'unit',
    });
  });

  it('is left out where the dataset says so, and told of', async () => {
    const { rows: kept, warnings } = await read({ ...each, onRowError: 'skip' }, rows);
    expect(kept).toEqual([['1', '2', '2.000000000000']]);
    expect(warnings.list()).toMatchObject([
      { code: 'row_skipped', count: 1, detail: expect.stringContaining('row 2 (line 3): "qty"') as string },
      { code: 'row_skipped', count: 1, detail: expect.stringContaining('`unit` cannot be computed') as string },
    ]);
  });

  it('is marked where the dataset says so, and is nothing where it is at fault', async () => {
    const { rows: kept, marked, warnings } = await read({ ...each, onRowError: 'mark' }, rows);
    expect(kept.slice(1)).toEqual([
      ['null', '3', 'null'],
      ['0', '4', 'null'],
    ]);
    expect(marked).toEqual([1, 2]);
    expect(warnings.list()).toHaveLength(2);
  });

  it('is no fault of a request where it will be skipped', () => {
    expect(checkRows(reportOf(each), 'sales', rows)).toHaveLength(1);
    expect(checkRows(reportOf({ ...each, onRowError: 'skip' }), 'sales', rows)).toEqual([]);
  });
});

describe('the order of the rows', () => {
  it('is checked while they are read', async () => {
    const orderedBy = ['qty', { field: 'price', descending: true }];
    const rows = [
      { qty: 1, price: '2' },
      { qty: 1, price: '1.5' },
      { qty: 2, price: '9' },
    ];
    expect((await read({ orderedBy }, rows)).rows).toHaveLength(3);
    await expect(read({ orderedBy }, [...rows, { qty: 2, price: '9.5' }])).rejects.toMatchObject({
      code: 'data_invalid',
      row: 4,
      line: 5,
      field: 'price',
      detail: 'Dataset sales, row 4 (line 5) is out of order: its `price`, "9.5", comes after "9".',
    });
  });
});
