import { reportRequestSchema } from './report-request.schema';

/** The body of POST /v1/report-batches. Its reports are checked one by one. */
export interface BatchRequest {
  reports: unknown[];
}

/** Most reports of one batch. */
const maxReports = 1_000;

/** JSON Schema (2020-12) of a batch, apart from its reports; checks requests. */
export const batchEnvelopeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['reports'],
  properties: {
    reports: {
      type: 'array',
      minItems: 1,
      maxItems: maxReports,
      description: `1 to ${maxReports} report requests, all of them taken or none. A reference may stand in one of them only.`,
    },
  },
};

/** The same with its reports; documents requests. */
export const batchRequestSchema = {
  ...batchEnvelopeSchema,
  properties: { reports: { ...batchEnvelopeSchema.properties.reports, items: reportRequestSchema } },
};
