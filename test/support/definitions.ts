/** The definition that most tests render: a heading, and a table with an exact total. */
export const salesDefinition = {
  pressroom: 1,
  name: 'sales',
  title: 'Sales ${params.month}',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['month'],
    properties: { month: { type: 'string', minLength: 1 } },
  },
  data: { sales: { fields: { region: 'string', amount: 'decimal' } } },
  footer: [{ type: 'text', text: 'Page ${page.number} of ${page.total}', align: 'end' }],
  body: [
    { type: 'heading', level: 1, text: 'Sales ${params.month}' },
    {
      type: 'table',
      data: 'sales',
      columns: [
        { field: 'region', header: 'Region' },
        { field: 'amount', header: 'Amount', total: 'sum' },
      ],
      totals: { label: 'Total' },
    },
  ],
};

/** A definition that needs neither data nor parameters. */
export const letterDefinition = {
  pressroom: 1,
  name: 'letter',
  body: [{ type: 'heading', level: 1, text: 'Dear reader' }],
};

/** A request for {@link salesDefinition}, registered as the template `sales`. */
export const salesRequest = {
  template: 'sales',
  parameters: { month: 'May' },
  data: {
    sales: [
      { region: 'North', amount: '10.10' },
      { region: 'South', amount: '20.20' },
    ],
  },
};
