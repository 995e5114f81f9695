import { compile } from './compile';
import { describeReport } from './describe';

const table = { type: 'table', data: 'sales', columns: [{ field: 'net' }] };

const definition = {
  pressroom: 1,
  name: 'sales',
  parameters: { type: 'object', properties: { month: { type: 'string', format: 'date' }, any: {} } },
  data: {
    sales: {
      fields: { region: 'string', net: { from: 'Net amount', type: 'decimal', required: true } },
      compute: { double: 'row.net * 2' },
    },
  },
  body: [table],
};

describe('describeReport', () => {
  it('tells of what streams: its types, and one pass', () => {
    expect(describeReport(compile(definition))).toEqual({
      name: 'sales',
      streamable: true,
      reason: 'Pages are made while the rows still come.',
      parameters: { schema: definition.parameters, types: { month: 'date', any: null } },
      datasets: {
        sales: {
          fields: {
            region: { from: 'region', type: 'string', required: false },
            net: { from: 'Net amount', type: 'decimal', required: true },
          },
          computed: { double: 'decimal' },
          aggregates: {},
          passes: { count: 1, spooled: false, reason: 'its rows are laid out while they come' },
        },
      },
    });
  });

  it('tells why rows have to wait', () => {
    const { sales } = definition.data;
    const sorted = {
      ...sales,
      aggregates: { total: { sum: 'net' }, by: { groupBy: 'region', count: true, sum: 'net' } },
      orderBy: ['net'],
    };
    const { streamable, reason, datasets } = describeReport(compile({ ...definition, data: { sales: sorted } }));
    expect(streamable).toBe(false);
    expect(reason).toMatch(/^The rows of sales wait: .*aggregates.*sorted\.$/);
    expect(datasets.sales).toMatchObject({
      aggregates: { total: 'decimal', by: { key: 'string', count: 'integer', sum: 'decimal' } },
      passes: { count: 2, spooled: true },
    });
  });
});
