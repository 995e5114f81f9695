import { linesOf, pagesOf, row, rowsOf } from './sales-table.contract';

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
