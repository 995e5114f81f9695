import { DefinitionError } from '../model/faults';
import type { DefinitionFault } from '../model/faults';
import { compile } from './compile';

const table = (...columns: object[]): object => ({ type: 'table', data: 'strikes', columns });

const definition = (members: object): object => ({
  pressroom: 1,
  name: 'strikes',
  data: { strikes: { fields: { operator: 'string', cost: 'decimal' } } },
  body: [table({ field: 'operator' })],
  ...members,
});

const body = (...elements: object[]): object => definition({ body: elements });

const aggregating = (a: object, element: object = table({ field: 'cost' })): object =>
  definition({
    data: { strikes: { fields: { operator: 'string', cost: 'decimal' }, aggregates: { a } } },
    body: [element],
  });

function faultsOf(input: unknown): readonly DefinitionFault[] {
  try {
    compile(input);
  } catch (error) {
    if (error instanceof DefinitionError) return error.faults;
    throw error;
  }
  return [];
}

describe('the passes over a dataset', () => {
  const passesOf = (input: unknown): object => {
    const { isStreamable, passes } = compile(input);
    return { isStreamable, ...passes.get('strikes') };
  };
  const fields = { operator: 'string', cost: 'decimal' };

  it('are one where its rows are laid out while they come', () => {
    expect(passesOf(definition({}))).toMatchObject({ isStreamable: true, count: 1, isSpooled: false });
  });

  it('are more, and say why, where something must be known before', () => {
    const aggregates = { cost: { sum: 'cost' } };
    expect(passesOf(definition({ data: { strikes: { fields, aggregates } } }))).toEqual({
      isStreamable: false,
      count: 2,
      kinds: ['reading', 'rendering'],
      isSpooled: true,
      reason: 'its aggregates are known before the first page',
    });
    const groups = { type: 'table', data: 'data.strikes.a', columns: [{ field: 'key' }, { field: 'count' }] };
    expect(passesOf(aggregating({ groupBy: 'operator', count: true }, groups))).toEqual({
      isStreamable: false,
      count: 1,
      kinds: ['reading'],
      isSpooled: false,
      reason: 'its aggregates are known before the first page',
    });
    expect(passesOf(body(table({ field: 'cost' }), table({ field: 'operator' })))).toMatchObject({
      count: 2,
      reason: '2 elements read its rows',
    });
    expect(passesOf(definition({ data: { strikes: { fields, orderBy: ['cost'] } } }))).toMatchObject({
      count: 1,
      isSpooled: true,
      reason: 'its rows are sorted',
    });
    const grouped = { ...table({ field: 'cost' }), groupBy: [{ field: 'operator', bookmark: true }] };
    expect(passesOf(body({ type: 'toc' }, grouped))).toEqual({
      isStreamable: false,
      count: 2,
      kinds: ['reading', 'counting', 'rendering'],
      isSpooled: true,
      reason: 'its groups are counted for the table of contents',
    });
  });

  it('are one where a table of contents lists headings only', () => {
    const heading = { type: 'heading', text: 'x' };
    const grouped = { ...table({ field: 'cost' }), groupBy: [{ field: 'operator', bookmark: true }] };
    expect(passesOf(body({ type: 'toc', groups: false }, heading, grouped))).toMatchObject({ count: 1 });
  });
});

describe('compiling tables and their datasets', () => {
  it.each<[string, unknown, string, string, string?]>([
    [
      'an order by an unknown field',
      definition({ data: { strikes: { fields: { operator: 'string' }, orderBy: ['operater'] } } }),
      '/data/strikes/orderBy/0',
      'unknown-field',
      '`operator`',
    ],
    [
      'an order that is both made and checked',
      definition({
        data: { strikes: { fields: { operator: 'string' }, orderBy: ['operator'], orderedBy: ['operator'] } },
      }),
      '/data/strikes/orderedBy',
      'sorted-twice',
    ],
    [
      'an aggregate of an unknown field',
      definition({ data: { strikes: { fields: { operator: 'string' }, aggregates: { a: { count: 'operater' } } } } }),
      '/data/strikes/aggregates/a/count',
      'unknown-field',
      '`operator`',
    ],
    [
      'a sum of texts',
      definition({ data: { strikes: { fields: { operator: 'string' }, aggregates: { a: { sum: 'operator' } } } } }),
      '/data/strikes/aggregates/a/sum',
      'total-of-wrong-type',
    ],
    [
      'an aggregate of two kinds',
      definition({
        data: { strikes: { fields: { operator: 'string' }, aggregates: { a: { count: true, first: 'operator' } } } },
      }),
      '/data/strikes/aggregates/a',
      'aggregate-of-many',
      'a name of its own',
    ],
    [
      'groups by an unknown field',
      aggregating({ groupBy: 'operater', count: true }),
      '/data/strikes/aggregates/a/groupBy',
      'unknown-field',
      '`operator`',
    ],
    [
      'groups of which nothing is said',
      aggregating({ groupBy: 'operator' }),
      '/data/strikes/aggregates/a',
      'aggregate-of-nothing',
      'count: true',
    ],
    [
      'a sum of texts by groups',
      aggregating({ groupBy: 'cost', sum: 'operator' }),
      '/data/strikes/aggregates/a/sum',
      'total-of-wrong-type',
    ],
    [
      'groups in a text',
      aggregating({ groupBy: 'operator', sum: 'cost' }, { type: 'text', text: '${data.strikes.a}' }),
      '/body/0/text',
      'expression-invalid',
      'by a table with `data: data.strikes.a`',
    ],
    [
      'an unknown column of groups',
      aggregating(
        { groupBy: 'operator', sum: 'cost' },
        { type: 'table', data: 'data.strikes.a', columns: [{ field: 'key' }, { field: 'cost' }] },
      ),
      '/body/0/columns/1/field',
      'unknown-field',
      'key, sum',
    ],
    [
      'unknown groups',
      aggregating(
        { groupBy: 'operator', sum: 'cost' },
        { type: 'table', data: 'data.strikes.b', columns: [{ value: '1' }] },
      ),
      '/body/0/data',
      'unknown-dataset',
      '`data.strikes.a`',
    ],
    [
      'an unknown aggregate',
      definition({
        data: { strikes: { fields: { operator: 'string' }, aggregates: { rows: { count: true } } } },
        body: [{ type: 'text', text: '${data.strikes.row}' }],
      }),
      '/body/0/text',
      'expression-invalid',
      '`rows`',
    ],
    [
      'an aggregate in what it is made from',
      definition({
        data: {
          strikes: {
            fields: { operator: 'string', cost: 'decimal' },
            compute: { share: 'row.cost / data.strikes.costs' },
            aggregates: { costs: { sum: 'cost' } },
          },
        },
      }),
      '/data/strikes/compute/share',
      'expression-invalid',
      '`compute` cannot read it',
    ],
    [
      'a ratio of a total that there is not',
      body(table({ field: 'cost', total: { value: 'sum.cost / count.opertor' } })),
      '/body/0/columns/0/total/value',
      'expression-invalid',
      '`operator`',
    ],
    [
      'a sum of texts in a ratio',
      body(table({ field: 'cost', total: { value: 'sum.cost / sum.operator' } })),
      '/body/0/columns/0/total/value',
      'expression-invalid',
      'No such key: operator',
    ],
    [
      'a total in a row',
      body(table({ value: 'row.cost / sum.cost' })),
      '/body/0/columns/0/value',
      'expression-invalid',
      '`total` of a column',
    ],
    [
      'a total in a label above the rows',
      body({ ...table({ field: 'cost', total: 'sum' }), totals: { at: 'both', label: '${sum.cost}' } }),
      '/body/0/totals/label',
      'expression-invalid',
      'below their rows only',
    ],
    [
      'a format that a ratio cannot have',
      body(table({ field: 'cost', format: 'decimal2', total: { value: 'first.operator' } })),
      '/body/0/columns/0/format',
      'format-of-wrong-type',
    ],
    [
      'a group by an unknown field',
      body({ ...table({ field: 'cost' }), groupBy: [{ field: 'opertor' }] }),
      '/body/0/groupBy/0/field',
      'unknown-field',
      '`operator`',
    ],
    [
      'two groups by one field',
      body({ ...table({ field: 'cost' }), groupBy: [{ field: 'operator' }, { field: 'operator' }] }),
      '/body/0/groupBy/1/field',
      'grouped-twice',
    ],
    [
      'totals in a header of a table without any',
      body({ ...table({ field: 'cost' }), groupBy: [{ field: 'operator', totalInHeader: true }] }),
      '/body/0/groupBy/0/totalInHeader',
      'totals-without-total',
    ],
    [
      'totals in no header',
      body({
        ...table({ field: 'operator' }, { field: 'cost', total: 'sum' }),
        groupBy: [{ field: 'operator', header: '', totalInHeader: true }],
      }),
      '/body/0/groupBy/0/totalInHeader',
      'totals-without-header',
    ],
    [
      'totals in a header without a column for its text',
      body({
        ...table({ field: 'cost', total: 'sum' }),
        groupBy: [{ field: 'operator', totalInHeader: true }],
      }),
      '/body/0/groupBy/0/totalInHeader',
      'totals-without-room',
      'Begin with a column',
    ],
    [
      'a row in the header of a group',
      body({ ...table({ field: 'cost' }), groupBy: [{ field: 'operator', header: '${row.operator}' }] }),
      '/body/0/groupBy/0/header',
      'expression-invalid',
    ],
    [
      'a group outside of one',
      body(table({ value: 'group.key' })),
      '/body/0/columns/0/value',
      'expression-invalid',
      'headers and footers of groups',
    ],
    [
      'a running sum of texts',
      body(table({ running: { sum: 'operator' } })),
      '/body/0/columns/0/running/sum',
      'total-of-wrong-type',
    ],
    [
      'a running sum within no group',
      body({ ...table({ running: { sum: 'cost', within: 'operater' } }), groupBy: [{ field: 'operator' }] }),
      '/body/0/columns/0/running/within',
      'unknown-group',
      '`operator`',
    ],
    [
      'a style on a number',
      body(table({ field: 'cost', styles: [{ when: 'row.cost', color: 'bad' }] })),
      '/body/0/columns/0/styles/0/when',
      'expression-invalid',
      'Compare',
    ],
    [
      'amounts to carry where there are none',
      body({ ...table({ field: 'cost' }), carryForward: true }),
      '/body/0/carryForward',
      'nothing-to-carry',
    ],
    [
      'amounts to carry within what is no group',
      body({ ...table({ field: 'cost', total: 'sum' }), carryForward: { within: 'operator' } }),
      '/body/0/carryForward/within',
      'unknown-group',
    ],
    [
      'totals of pages where there are none',
      body({ ...table({ field: 'cost', total: 'avg' }), pageTotals: true }),
      '/body/0/pageTotals',
      'page-totals-without-total',
    ],
    [
      'a computed field that reads one below it',
      definition({ data: { strikes: { fields: { operator: 'string' }, compute: { a: 'row.b', b: 'row.operator' } } } }),
      '/data/strikes/compute/a',
      'expression-invalid',
    ],
    [
      'a computed field with a name that is taken',
      definition({ data: { strikes: { fields: { operator: 'string' }, compute: { operator: '"x"' } } } }),
      '/data/strikes/compute/operator',
      'name-taken',
    ],
  ])('refuses %s', (_, input, path, code, hint = '') => {
    const faults = faultsOf(input);
    expect(faults).toMatchObject([{ path, code }]);
    expect(`${faults[0]!.detail} ${faults[0]!.hint ?? ''}`).toContain(hint);
  });
});
