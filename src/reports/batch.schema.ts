import { reportStates } from './report.entity';

/** The batch resource, for the API's description. */
export const batchSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['bat_01930f2e7c5a7c3e8f5b1d2a3c4e5f60'] },
    object: { const: 'batch' },
    status: { enum: ['running', 'completed'], description: '`completed` once every report has ended, however it did.' },
    counts: {
      type: 'object',
      description: 'Reports by status.',
      properties: Object.fromEntries(reportStates.map((state) => [state, { type: 'integer' }])),
    },
    reports: {
      type: 'array',
      description: 'In the order of the request.',
      items: {
        type: 'object',
        properties: {
          index: { type: 'integer' },
          reference: { type: ['string', 'null'] },
          id: { type: 'string' },
          href: { type: 'string', format: 'uri-reference' },
        },
      },
    },
    cancelRequestedAt: { type: ['string', 'null'], format: 'date-time' },
    createdAt: { type: 'string', format: 'date-time' },
    links: {
      type: 'object',
      properties: {
        self: { type: 'string', format: 'uri-reference' },
        cancel: { type: ['string', 'null'] },
        reports: { type: 'string', format: 'uri-reference' },
      },
    },
  },
} as object;
