import { Warnings } from '../../model/faults';
import { groupBy, linesOf, pagesOf, row, rowsOf, textsOf } from './sales-table.contract';

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

  it('have labels that read totals of any field', async () => {
    const rows = [row(1, 'East', 'Ann', '3'), row(2, 'East', 'Bob', '4'), row(3, 'West', 'Ann', '2')];
    const label = '${count.id} rows from ${first.rep} to ${last.rep}, ${money(max.net / count.id, "EUR")}';
    const groups = [{ field: 'region', footer: '${group.key}: ' + label }];
    const columns = [
      { field: 'id', width: '4*' },
      { field: 'net', total: 'sum' },
    ];
    const [page] = await pagesOf({ columns, groupBy: groups, totals: { label } }, rows, 800);
    expect(linesOf(page!).filter((line) => line.includes('rows'))).toEqual([
      'East: 2 rows from Ann to Bob, €2.00\t7',
      'West: 1 rows from Ann to Ann, €2.00\t2',
      '3 rows from Ann to Ann, €1.33\t9',
    ]);
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

it('sets the third level of groups in, and the fourth further', async () => {
  const fields = ['region', 'rep', 'note', 'id'];
  const levels = fields.map((field) => ({ field, header: `${field} header`, footer: `${field} sum` }));
  const [page] = await pagesOf({ groupBy: levels }, [row(1, 'East', 'Ann')], 800);
  const texts = page!.items.flatMap(textsOf);
  for (const line of ['header', 'sum']) {
    const [outer, ...inner] = fields.map((field) => texts.find(({ text }) => text === `${field} ${line}`)!.x);
    expect(inner.map((x) => x - outer!)).toEqual([0, 12, 24]);
  }
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

describe('amounts carried forward within a group', () => {
  it('stand where the group goes on, below its header, and nowhere else', async () => {
    const rows = [...rowsOf(30), ...rowsOf(4, 'North'), ...rowsOf(30, 'West')];
    for (const start of [{}, { startOn: 'newPage' }]) {
      const groups = [{ field: 'region', header: '${group.key}', footer: 'End of ${group.key}', ...start }];
      const table = { groupBy: groups, carryForward: { within: 'region' } };
      const pages = (await pagesOf(table, rows)).map(linesOf);
      let [region, sum] = ['', 0];
      for (const [index, page] of pages.entries()) {
        const isContinued = page[0]!.includes('(continued)');
        if (isContinued) expect(page[1]).toBe(`Brought forward\t${sum.toFixed(2)}`);
        expect(page.filter((line) => line.startsWith('Brought'))).toHaveLength(isContinued ? 1 : 0);
        for (const line of page) {
          if (/^[A-Z][a-z]+$/.test(line)) [region, sum] = [line, 0];
          if (line.startsWith('№')) sum += 1;
          if (line.startsWith('End')) expect(line).toBe(`End of ${region}\t${sum.toFixed(2)}`);
        }
        const goesOn = pages[index + 1]?.[0]!.includes('(continued)');
        expect(page.at(-1)!.startsWith('Carried')).toBe(goesOn === true);
        if (goesOn) expect(page.at(-1)).toBe(`Carried forward\t${sum.toFixed(2)}`);
      }
      expect(pages.filter((page) => page[0]!.includes('(continued)')).length).toBeGreaterThan(2);
    }
  });

  it('stand below the header of that group and above those within', async () => {
    const rows = [...rowsOf(12), ...rowsOf(30, 'East', 'Bob')];
    const pages = (await pagesOf({ groupBy, carryForward: { within: 'region' } }, rows)).map(linesOf);
    const continued = pages.filter((page) => page[1]!.startsWith('Brought'));
    expect(continued.length).toBe(pages.length - 1);
    for (const page of continued) {
      expect(page[0]).toBe('Region East (continued)');
      expect(page[2]).toMatch(/^Rep (Ann|Bob)( \(continued\))?$/);
    }
  });
});

describe('totals of pages', () => {
  it.each([
    ['alone', {}],
    ['before what is carried forward', { carryForward: true }],
    ['before the totals of the table', { totals: { label: 'Grand total', at: 'both' } }],
    ['after those of groups', { groupBy }],
    ['with rows that are parted', { splitRows: true }],
  ])('end each page: %s', async (_, changes) => {
    const note = Array.from({ length: 9 }, () => 'x').join('\n');
    const rows = rowsOf(600, 'East').map((each, index) => (index % 50 === 3 ? { ...each, note } : each));
    const pages = (await pagesOf({ pageTotals: { label: 'This page' }, ...changes }, rows)).map(linesOf);
    for (const [index, page] of pages.entries()) {
      const count = page.filter((line) => line.startsWith('№')).length;
      const at = page.indexOf(`This page\t${count.toFixed(2)}`);
      expect(page.filter((line) => line.startsWith('This page'))).toHaveLength(1);
      const isLast = index === pages.length - 1;
      const after = isLast
        ? ['Grand total\t600.00']
        : 'carryForward' in changes
          ? [expect.stringMatching(/^Carried/)]
          : [];
      expect(page.slice(at + 1)).toEqual(after);
    }
  });

  it('have their labels where the first column has a total, and warn where they have no room', async () => {
    const columns = [
      { field: 'net', width: 60, format: 'decimal2', total: 'sum', align: 'start' },
      { field: 'note', width: 40, total: 'count' },
    ];
    const warnings = new Warnings();
    const rows = rowsOf(20).map((each) => ({ ...each, net: '1234567.5' }));
    const table = { columns, pageTotals: true, carryForward: true };
    const pages = (await pagesOf(table, rows, 400, warnings)).map(linesOf);
    const labels = pages.map((page) => page.filter((line) => /^[A-Z]/.test(line)));
    expect(labels).toEqual([
      ['Page total', 'Carried forw…'],
      ['Brought forw…', 'Page total', 'Carried forw…'],
      ['Brought forw…', 'Page total', 'Grand total'],
    ]);
    const wide = rows.map((each, index) => ({ ...each, net: index === 2 ? '-1e12' : '1e12' }));
    await pagesOf({ ...table, columns: [{ field: 'id' }, { ...columns[0], width: 30 }] }, wide, 400, warnings);
    expect(warnings.list().map(({ code }) => code)).toEqual(['value_does_not_fit']);
  });

  it('are those of all rows on the page, also where the table ends on its first', async () => {
    const pages = (await pagesOf({ pageTotals: true }, rowsOf(3))).map(linesOf);
    expect(pages).toEqual([
      ['№1\t1.00\t1.00', '№2\t1.00\t2.00', '№3\t1.00\t3.00', 'Page total\t3.00', 'Grand total\t3.00'],
    ]);
    expect((await pagesOf({ pageTotals: true, empty: 'None.' }, [])).map(linesOf)).toEqual([['None.']]);
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
