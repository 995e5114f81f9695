import type { CheckedDefinition } from './check-definition';

/** What there is to say of a definition without a fault. */
export function presentValidation({ description }: Pick<CheckedDefinition, 'description'>): object {
  return { valid: true, ...description };
}

const types = { enum: ['string', 'integer', 'decimal', 'boolean', 'date', 'dateTime'] };

/** The same, for the API's description. */
export const validationSchema = {
  type: 'object',
  properties: {
    valid: { const: true },
    name: { type: 'string' },
    streamable: { type: 'boolean', description: 'Whether pages are made while the rows still come.' },
    reason: { type: 'string', description: 'Why it streams, or why not.' },
    parameters: {
      type: 'object',
      properties: {
        schema: { type: 'object', description: 'JSON Schema of the parameters.' },
        types: {
          type: 'object',
          description: 'Types as expressions see them, by name; null for one that only the value tells.',
          additionalProperties: { enum: [...types.enum, null] },
        },
      },
    },
    datasets: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          fields: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              properties: {
                from: { type: 'string', description: "The source's name of the field." },
                type: types,
                required: { type: 'boolean' },
              },
            },
          },
          computed: { type: 'object', additionalProperties: types },
          aggregates: {
            type: 'object',
            description: "The type of each; of one by groups, the types of a group's row.",
            additionalProperties: { anyOf: [types, { type: 'object', additionalProperties: types }] },
          },
          passes: {
            type: 'object',
            properties: {
              count: { type: 'integer', description: 'How often the rows are gone through.' },
              spooled: { type: 'boolean', description: 'Whether rows wait in a temporary file.' },
              reason: { type: 'string' },
            },
          },
        },
      },
    },
  },
};
