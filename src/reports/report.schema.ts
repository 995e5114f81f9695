import { reportStates } from './report.entity';

const time = { type: ['string', 'null'], format: 'date-time' };
const text = { type: ['string', 'null'] };
const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' };

const provenance = {
  type: 'object',
  description:
    'What the file was made from: with all of it the same bytes can be made again. The file says the same in its XMP metadata. Hashes are SHA-256, in hex.',
  properties: {
    engineVersion: { type: 'string' },
    template: {
      type: ['object', 'null'],
      properties: { name: { type: 'string' }, version: { type: 'integer' } },
    },
    definitionHash: { ...hash, description: "Of the definition's canonical JSON (RFC 8785)." },
    parametersHash: { ...hash, description: 'Of the canonical JSON of the parameters, defaults filled in.' },
    locale: { type: 'string' },
    timeZone: { type: 'string' },
    asOf: { type: 'string', format: 'date-time' },
    data: {
      type: 'object',
      description: 'By dataset.',
      additionalProperties: {
        type: 'object',
        properties: {
          rows: { type: 'integer', description: 'Rows that were read.' },
          hash: {
            ...hash,
            description:
              'Of the values of the declared fields, row by row in the order of the declaration: each as UTF-8 text, as it stands in the CSV file or the JSON string, or as JSON writes it; then the byte FF. Nothing (null) is the byte FE.',
          },
        },
      },
    },
  },
};

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
      description: 'Of the current attempt; a new attempt begins anew.',
      properties: {
        phase: {
          type: ['string', 'null'],
          description:
            'While it runs: starting, sorting, reading (rows that must be known before the first page), counting (entries of a table of contents), rendering, finishing, storing. More may come.',
        },
        percent: {
          type: 'integer',
          minimum: 0,
          maximum: 100,
          description: 'Of the whole work, each pass over the rows included; never goes back within an attempt.',
        },
        rows: { type: 'integer', description: 'Read from their source so far, of all datasets together.' },
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
        provenance,
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
      properties: {
        self: { type: 'string', format: 'uri-reference' },
        events: { type: 'string', format: 'uri-reference' },
        cancel: text,
        file: text,
        downloadLinks: { ...text, description: 'Post here for a link that needs no API key.' },
      },
    },
  },
} as object;
