import type { ColumnSpec } from './column-spec';
import { columnSchema } from './column-spec';
import { closed } from './closed-schema';
import type { Density } from './plan';
import { densities } from './plan';

/** A table as an author writes it. */
export interface TableSpec {
  data: string;
  columns: ColumnSpec[];
  groupBy?: GroupSpec[];
  totals?: { label?: string; at?: (typeof totalsPlaces)[number] };
  pageTotals?: boolean | { label?: string };
  carryForward?: boolean | { forward?: string; brought?: string; within?: string };
  zebra?: boolean;
  splitRows?: boolean;
  density?: Density;
  empty?: string;
}

export interface GroupSpec {
  field: string;
  header?: string;
  continued?: string;
  footer?: string;
  startOn?: 'newPage';
  repeatHeader?: boolean;
  keepWithRows?: number;
  bookmark?: boolean;
  totalInHeader?: boolean;
}

const totalsPlaces = ['start', 'end', 'both'] as const;

const group = closed(
  {
    field: {
      type: 'string',
      description: 'Consecutive rows with equal values make a group, so the rows should come in order of it.',
    },
    header: {
      type: 'string',
      maxLength: 500,
      default: '${group.key}',
      description:
        'Stands above the group; may hold islands that read `group.key`. "" for none; one that comes out empty is a dash.',
    },
    continued: {
      type: 'string',
      maxLength: 500,
      description: 'The header where the group goes on on a new page; the header and "(continued)" by default.',
    },
    footer: {
      type: 'string',
      maxLength: 500,
      description:
        'The label of the subtotals below the group; may read `group.key`, and totals of fields such as `count.order`. None by default.',
    },
    startOn: { enum: ['newPage'], description: 'Begin each group but the first on a new page.' },
    repeatHeader: { type: 'boolean', default: true, description: 'Repeat the header where the group goes on.' },
    keepWithRows: {
      type: 'integer',
      minimum: 1,
      maximum: 20,
      default: 2,
      description: 'How many rows stay with the header on its page.',
    },
    bookmark: { type: 'boolean', default: false, description: 'List the groups among the document’s bookmarks.' },
    totalInHeader: {
      type: 'boolean',
      default: false,
      description:
        'Print the group’s totals in its header too, above the rows they are made of. The first column has none then; a total that is wider than its column is set smaller, and at last marked with ###.',
    },
  },
  ['field'],
);

/** Members of a table beside `type` and `when`. */
export const tableProperties = {
  data: {
    type: 'string',
    description: 'A declared dataset, or `data.<dataset>.<aggregate>` for the rows of an aggregate by groups.',
  },
  columns: { type: 'array', minItems: 1, maxItems: 50, items: columnSchema },
  groupBy: { type: 'array', maxItems: 4, items: group, description: 'From the outermost to the innermost.' },
  totals: closed({
    label: {
      type: 'string',
      maxLength: 500,
      default: 'Total',
      description: 'Below the last row, and there only, it may read totals of fields such as `count.order`.',
    },
    at: {
      enum: [...totalsPlaces],
      default: 'end',
      description: 'Below the last row, above the first, or both. Above, too, they take no second pass over the rows.',
    },
  }),
  pageTotals: {
    anyOf: [{ type: 'boolean' }, closed({ label: { type: 'string', maxLength: 200, default: 'Page total' } })],
    default: false,
    description:
      'End each page with the sums and counts of the rows that begin on it; or their label. A page on which none begins has none.',
  },
  carryForward: {
    anyOf: [
      { type: 'boolean' },
      closed({
        forward: { type: 'string', maxLength: 200, default: 'Carried forward' },
        brought: { type: 'string', maxLength: 200, default: 'Brought forward' },
        within: {
          type: 'string',
          description:
            'A field of `groupBy`, with whose groups the amounts begin anew. Else they are those of the table.',
        },
      }),
    ],
    default: false,
    description: 'End each page with the sums and counts so far and begin the next with them; or the two labels.',
  },
  splitRows: {
    type: 'boolean',
    default: false,
    description:
      'Let a row of many lines begin at the foot of a page, with two lines at least on either side. Else only a row that is taller than a page is parted.',
  },
  zebra: { type: 'boolean', default: true, description: 'A light tint behind every other row.' },
  density: {
    enum: [...densities],
    default: 'regular',
    description: 'How much fits on a page: cells of 8.5 or of 7.5 points.',
  },
  empty: { type: 'string', maxLength: 1000, default: '', description: 'Printed where there are no rows.' },
};
