import { toPublicId } from '../platform/ids/public-id';
import { presentValidation, validationSchema } from '../templates/validation-result';
import type { CheckedRequest } from './check-report-request';
import type { DatasetInput } from './report-input.entity';

/** What a request with `dryRun` is answered: what it was resolved to, and what its definition compiled to. */
export function presentDryRun({ template, description, parameters, data, totalRows }: CheckedRequest): object {
  const inputs = Object.entries(data).map(([name, input]) => [name, presentInput(input)]);
  return {
    ...presentValidation({ description }),
    request: { template, parameters, data: Object.fromEntries(inputs) as object, totalRows },
  };
}

function presentInput(input: DatasetInput): object {
  return 'rows' in input ? { rows: input.rows.length } : { upload: toPublicId('upl', input.upload) };
}

/** The same, for the API's description. */
export const dryRunSchema = {
  ...validationSchema,
  properties: {
    ...validationSchema.properties,
    request: {
      type: 'object',
      properties: {
        template: {
          type: ['object', 'null'],
          description: 'The version that the report would be pinned to; null for a definition sent with the request.',
          properties: { name: { type: 'string' }, version: { type: 'integer' } },
        },
        parameters: { type: 'object', description: 'As they were checked, with the defaults of the schema.' },
        data: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            properties: { rows: { type: 'integer', description: 'Of inline data.' }, upload: { type: 'string' } },
          },
        },
        totalRows: { type: 'integer', description: 'Of all datasets, uploads included.' },
      },
    },
  },
};
