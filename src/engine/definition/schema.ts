/** The language in which a report is defined, as JSON Schema; its documentation is generated from it. */
import { elements } from '../elements';
import type { Element } from '../model/element';
import { rowErrorPolicies } from '../model/report';
import { aggregations, fieldTypes } from '../model/value';
import { dateOptions, formatNames, numberOptions } from '../values/format-names';
import { pageSizes } from './page-setup';
import { daysSchema, durationSchema, lengthSchema } from './units';

/** A name of a field or dataset can be written in an expression. */
const NAME = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';

export const NAME_OF_REPORT = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';
export const HEX_COLOR = '^#[0-9a-fA-F]{6}$';

const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const elementSchema = (element: Element<unknown, unknown, unknown>): object =>
  closed(
    {
      type: { const: element.type },
      when: {
        type: 'string',
        description: 'An expression over `params` and `report`; the element is left out unless it is true.',
      },
      ...element.schema.properties,
    },
    ['type', ...(element.schema.required ?? [])],
  );

const anyOfType = (list: readonly Element<unknown, unknown, unknown>[]): object => ({
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: list.map((element) => ({ $ref: `#/$defs/${element.type}` })),
});

const field = {
  anyOf: [
    { enum: [...fieldTypes] },
    closed(
      {
        from: {
          type: 'string',
          minLength: 1,
          maxLength: 200,
          description: 'The name in the source; the field’s own by default.',
        },
        type: { enum: [...fieldTypes] },
        required: { type: 'boolean', default: false, description: 'Whether a missing value is an error.' },
      },
      ['type'],
    ),
  ],
};

const named = (values: object, maxProperties: number): object => ({
  type: 'object',
  propertyNames: { pattern: NAME },
  maxProperties,
  additionalProperties: values,
});

const sortKeys = {
  type: 'array',
  minItems: 1,
  maxItems: 10,
  items: {
    anyOf: [
      { type: 'string' },
      closed({ field: { type: 'string' }, descending: { type: 'boolean', default: false } }, ['field']),
    ],
    description: 'A field, or `{ field: date, descending: true }`.',
  },
};

const aggregate = {
  ...closed({
    groupBy: {
      type: 'string',
      description:
        'A field: there is a result for each of its values. A table reads them as `data: data.<dataset>.<name>`, rows with a `key` and the results by their names here, in the order in which the values first come. At most 10,000 in a report.',
    },
    ...Object.fromEntries(
      aggregations.map((how) => [
        how,
        how === 'count' ? { anyOf: [{ const: true }, { type: 'string' }] } : { type: 'string' },
      ]),
    ),
  }),
  minProperties: 1,
};

const dataset = closed(
  {
    source: { enum: ['payload', 'upload'] },
    fields: { ...named(field, 200), minProperties: 1 },
    compute: {
      ...named({ type: 'string' }, 100),
      description: 'Further fields by name: expressions over `row` and `params`, in which those above can be read.',
    },
    orderBy: {
      ...sortKeys,
      description:
        'Sort the rows: by the first of these fields, among equals by the next. Texts are compared by code unit, the same in every locale. Nothing (null) comes last, and first where a field is descending, as in Postgres.',
    },
    orderedBy: {
      ...sortKeys,
      description:
        'The order in which the rows come. They are not sorted; a row that is out of order fails the report.',
    },
    aggregates: {
      ...named(aggregate, 50),
      description:
        'Results over all rows by name: `{ sum: net }`, `{ count: true }`, or several by group: `{ groupBy: region, sum: net, count: true }`. Expressions read them as `data.<dataset>.<name>`; the rows are then gone through once before the first page, and wait in a temporary file. `compute` cannot read them.',
    },
    onRowError: {
      enum: [...rowErrorPolicies],
      default: 'fail',
      description:
        'What becomes of a row with a value that does not fit its field or cannot be computed: the report fails, or the row is left out, or it is shown on a red ground without the value. The file’s warnings tell of rows left out or marked.',
    },
  },
  ['fields'],
);

const bandElements: object = {
  type: 'array',
  maxItems: 3,
  items: { $ref: '#/$defs/text' },
  description:
    'Texts side by side, one for each alignment; further ones of the same have a `when`, and stand below where both hold. They may read `page.number` and `page.total`.',
};

/** JSON Schema 2020-12 by its own name. */
export const JSON_SCHEMA = 'https://json-schema.org/draft/2020-12/schema';

export const definitionSchema = {
  $schema: JSON_SCHEMA,
  title: 'Report definition',
  type: 'object',
  additionalProperties: false,
  required: ['pressroom', 'body'],
  properties: {
    $schema: {
      type: 'string',
      maxLength: 2000,
      description: 'Where editors find this schema; the report does not depend on it.',
    },
    pressroom: { const: 1, description: 'The version of this language.' },
    name: {
      type: 'string',
      pattern: NAME_OF_REPORT,
      default: 'report',
      description: 'What the report is called; the name of its template, where it has one.',
    },
    title: {
      type: 'string',
      maxLength: 500,
      description: 'The document’s title; may hold `${…}` islands. The name by default.',
    },
    locale: { type: 'string', maxLength: 35, default: 'en', description: 'BCP 47; a request may override it.' },
    timeZone: { type: 'string', maxLength: 64, default: 'UTC', description: 'IANA name; a request may override it.' },
    currency: {
      type: 'string',
      maxLength: 200,
      description: 'ISO 4217 code of the format `currency`; may be an island.',
    },
    parameters: { type: 'object', description: 'JSON Schema 2020-12 of the parameters.' },
    data: {
      ...named(dataset, 20),
      description: 'The datasets by name, and the fields to read from their rows.',
    },
    retention: {
      ...closed({
        file: { ...durationSchema, description: 'The finished file: "30m", "12h", "90d"; a request may override it.' },
        record: { ...daysSchema, description: 'The record of the report: "90d". Never less than its file.' },
      }),
      description: 'How long a service keeps such reports after they are done; by default as it keeps all.',
    },
    page: closed({
      size: {
        anyOf: [
          { enum: Object.keys(pageSizes) },
          { type: 'array', minItems: 2, maxItems: 2, items: lengthSchema, description: 'Width and height.' },
        ],
        default: 'A4',
      },
      orientation: { enum: ['portrait', 'landscape'], default: 'portrait' },
      margins: {
        anyOf: [lengthSchema, { type: 'array', minItems: 4, maxItems: 4, items: lengthSchema }],
        default: [56, 48, 56, 48],
        description: 'One for all sides, or top, right, bottom, left; points, or "20mm", "2cm", "1in".',
      },
    }),
    theme: closed({
      accent: { type: 'string', pattern: HEX_COLOR, default: '#0B4F8A' },
      font: { enum: ['Inter'], default: 'Inter' },
    }),
    header: bandElements,
    footer: bandElements,
    body: { type: 'array', minItems: 1, maxItems: 500, items: { $ref: '#/$defs/element' } },
  },
  $defs: {
    element: anyOfType(elements),
    ...Object.fromEntries(elements.map((element) => [element.type, elementSchema(element)])),
    format: {
      anyOf: [{ enum: formatNames }, { ...closed({ ...numberOptions, ...dateOptions }), minProperties: 1 }],
      description: 'A name, or options of Intl.NumberFormat (numbers) or Intl.DateTimeFormat (dates and times).',
    },
  },
} as const satisfies object;
