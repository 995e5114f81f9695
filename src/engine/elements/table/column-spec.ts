import type { FormatSpec } from '../../model/element';
import type { Alignment } from '../../model/page';
import { colorSchema } from '../../model/theme';
import type { Aggregation } from '../../model/value';
import { aggregations } from '../../model/value';
import { closed } from './closed-schema';

/** A column as an author writes it. */
export interface ColumnSpec {
  field?: string;
  value?: string;
  running?: { sum: string; within?: string };
  header?: string;
  span?: string;
  width?: number | string;
  align?: Alignment;
  format?: FormatSpec;
  total?: Aggregation | { value: string };
  styles?: StyleSpec[];
  empty?: string;
  ellipsis?: boolean;
  bold?: boolean;
}

export interface StyleSpec {
  when: string;
  color?: string;
  background?: string;
  bold?: boolean;
}

export const columnSchema = closed({
  field: { type: 'string', description: 'A field of the dataset; or give `value` or `running`.' },
  value: { type: 'string', description: 'An expression over `row`, `params` and `report`; or give `field`.' },
  running: {
    ...closed(
      {
        sum: { type: 'string', description: 'A field with numbers.' },
        within: { type: 'string', description: 'A field of `groupBy`, with whose groups the sum begins anew.' },
      },
      ['sum'],
    ),
    description: 'The sum of a field from the first row up to each, such as a balance.',
  },
  header: { type: 'string', maxLength: 500, description: 'May hold `${…}` islands; the field’s name by default.' },
  span: {
    type: 'string',
    maxLength: 200,
    description: 'A title over this column and its neighbours with the same one; may hold `${…}` islands.',
  },
  width: {
    anyOf: [
      { type: 'number', minimum: 8, maximum: 5000 },
      { type: 'string', pattern: '^(([1-9][0-9]?)?\\*|auto)$' },
    ],
    default: '*',
    description: 'Points, a share of what is left: "*", "2*", or "auto": as wide as its title and its first 256 rows.',
  },
  align: {
    enum: ['start', 'center', 'end'],
    description: 'Numbers stand at the end by default, all else at the start.',
  },
  format: {
    $ref: '#/$defs/format',
    description:
      'Without one, decimals have as many digits after the point as any of the first 256 rows, so that points stand below each other; a value with more of them keeps them.',
  },
  total: {
    anyOf: [
      { enum: [...aggregations] },
      closed(
        {
          value: {
            type: 'string',
            description:
              'An expression over totals of fields, such as `sum.profit / sum.revenue`: `sum`, `count`, `min`, `max`, `avg`, `first` and `last`. Divided by zero it is nothing.',
          },
        },
        ['value'],
      ),
    ],
    description:
      'Of all rows, and of each group that has a footer. Nothing (null) is skipped. The `sum` of a running sum is that of its field.',
  },
  styles: {
    type: 'array',
    maxItems: 10,
    items: closed(
      {
        when: { type: 'string', description: 'An expression over `row`, `params` and `report` that is true or false.' },
        color: colorSchema,
        background: colorSchema,
        bold: { type: 'boolean' },
      },
      ['when'],
    ),
    description: 'How a cell looks where a condition holds; the first that holds is taken.',
  },
  empty: {
    type: 'string',
    maxLength: 100,
    default: '',
    description: 'Printed where there is nothing (null), among the totals too.',
  },
  ellipsis: { type: 'boolean', default: false, description: 'Keep to one line and shorten; else long text wraps.' },
  bold: { type: 'boolean', default: false },
});
