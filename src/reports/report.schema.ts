import { reportStates } from './report.entity';

const time = { type: ['string', 'null'], format: 'date-time' };
const text = { type: ['string', 'null'] };

/** The report resource, for the API's description. */
export const reportSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['rep_01930f2e7c5a7c3e8f5b1d2a3c4e5f60'] },
    object: { const: 'report' },
    status: { enum: [...reportStates] },
    template: {
      type: ['object', 'null'],
      description: 'The version that the report is pinned to; null for a definition sent with the request.',
      properties: { name: { type: 'string' }, version: { type: 'integer' } },
    },
    format: { const: 'pdf' },
    reference: text,
    batchId: text,
    progress: {
      type: 'object',
      properties: {
        phase: text,
        percent: { type: 'integer', minimum: 0, maximum: 100 },
        rows: { type: 'integer' },
        pages: { type: 'integer' },
        estimatedCompletionAt: time,
      },
    },
    attempt: { type: 'integer', description: 'Runs so far.' },
    maxAttempts: { type: 'integer' },
    cancelRequestedAt: time,
    asOf: { type: 'string', format: 'date-time' },
    createdAt: { type: 'string', format: 'date-time' },
    startedAt: time,
    finishedAt: time,
    file: {
      type: ['object', 'null'],
      properties: {
        mediaType: { type: 'string' },
        size: { type: 'integer', description: 'Bytes.' },
        filename: { type: 'string' },
        pages: { type: 'integer' },
        sha256: { type: 'string', description: 'Hex.' },
        href: { type: 'string', format: 'uri-reference' },
      },
    },
    fileExpiresAt: time,
    recordExpiresAt: time,
    error: {
      type: ['object', 'null'],
      description: 'Why a failed report failed, or why the last attempt of a waiting one did.',
      properties: {
        type: { type: 'string', format: 'uri-reference' },
        title: { type: 'string' },
        code: { type: 'string' },
        detail: { type: 'string' },
        attempt: { type: 'integer' },
        retryable: { type: 'boolean' },
      },
    },
    warnings: {
      type: 'array',
      items: {
        type: 'object',
        properties: { code: { type: 'string' }, detail: { type: 'string' }, count: { type: 'integer' } },
      },
    },
    links: {
      type: 'object',
      properties: { self: { type: 'string', format: 'uri-reference' }, cancel: text, file: text },
    },
  },
} as object;
