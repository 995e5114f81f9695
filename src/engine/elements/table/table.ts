/** A table of a dataset's rows, streamed: its header repeats on every page and its totals close it. */
import type { Compiler, Element, FormatPlan, FormatSpec } from '../../model/element';
import type { Alignment } from '../../model/page';
import type { Field, FieldType } from '../../model/value';
import { isNumeric } from '../../model/value';
import type { Aggregation } from '../../values/aggregate';
import { aggregations, canAggregate } from '../../values/aggregate';
import type { TableContent } from './bind-table';
import { bindTable } from './bind-table';
import { parseWidth } from './column-widths';
import type { Density } from './plan';
import { densities } from './plan';
import type { ColumnPlan, TablePlan } from './plan';
import { placeTable } from './place-table';

interface ColumnSpec {
  field?: string;
  value?: string;
  header?: string;
  width?: number | string;
  align?: Alignment;
  format?: FormatSpec;
  total?: Aggregation;
  empty?: string;
  ellipsis?: boolean;
  bold?: boolean;
}

interface TableSpec {
  data: string;
  columns: ColumnSpec[];
  totals?: { label?: string };
  zebra?: boolean;
  density?: Density;
  empty?: string;
}

const column = {
  type: 'object',
  additionalProperties: false,
  properties: {
    field: { type: 'string', description: 'A declared field of the dataset; or give `value`.' },
    value: { type: 'string', description: 'An expression over `row`, `params` and `report`; or give `field`.' },
    header: { type: 'string', maxLength: 500, description: 'May hold `${…}` islands; the field’s name by default.' },
    width: {
      anyOf: [
        { type: 'number', minimum: 8, maximum: 5000 },
        { type: 'string', pattern: '^([1-9][0-9]?)?\\*$' },
      ],
      default: '*',
      description: 'Points, or a share of what is left: "*", "2*".',
    },
    align: {
      enum: ['start', 'center', 'end'],
      description: 'Numbers stand at the end by default, all else at the start.',
    },
    format: { $ref: '#/$defs/format' },
    total: { enum: [...aggregations], description: 'Nothing (null) is skipped.' },
    empty: { type: 'string', maxLength: 100, default: '', description: 'Printed where there is nothing (null).' },
    ellipsis: { type: 'boolean', default: false, description: 'Keep to one line and shorten; else long text wraps.' },
    bold: { type: 'boolean', default: false },
  },
};

export const table: Element<TableSpec, TablePlan, TableContent> = {
  type: 'table',
  schema: {
    required: ['data', 'columns'],
    properties: {
      data: { type: 'string', description: 'A declared dataset.' },
      columns: { type: 'array', minItems: 1, maxItems: 50, items: column },
      totals: {
        type: 'object',
        additionalProperties: false,
        properties: { label: { type: 'string', maxLength: 500, default: 'Total' } },
      },
      zebra: { type: 'boolean', default: true, description: 'A light tint behind every other row.' },
      density: {
        enum: [...densities],
        default: 'regular',
        description: 'How much fits on a page: cells of 8.5 or of 7.5 points.',
      },
      empty: { type: 'string', maxLength: 1000, default: '', description: 'Printed where there are no rows.' },
    },
  },

  compile(spec, compiler) {
    compiler.reads(spec.data, '/data');
    const fields = compiler.datasets.get(spec.data) ?? [];
    const columns = spec.columns.map((each, index) =>
      compileColumn(each, `/columns/${index}`, spec.data, fields, compiler),
    );
    const hasTotals = columns.some((each) => each.total);
    if (spec.totals && !hasTotals) {
      const detail = 'There are no totals to label: no column has `total`.';
      compiler.fault('/totals', { code: 'totals-without-total', detail });
    }
    return {
      data: spec.data,
      columns,
      totalsLabel: hasTotals ? compiler.template(spec.totals?.label ?? 'Total', '/totals/label') : undefined,
      hasZebra: spec.zebra ?? true,
      density: spec.density ?? 'regular',
      empty: compiler.template(spec.empty ?? '', '/empty'),
    };
  },

  bind: bindTable,
  place: placeTable,
};

function compileColumn(
  spec: ColumnSpec,
  path: string,
  data: string,
  fields: readonly Field[],
  compiler: Compiler,
): ColumnPlan {
  const { source, type } = compileSource(spec, path, data, fields, compiler);
  if (spec.total && type && !canAggregate(spec.total, type)) {
    const detail = `\`${spec.total}\` needs numbers${spec.total === 'sum' || spec.total === 'avg' ? '' : ', dates or times'}, and this column is ${type}.`;
    compiler.fault(`${path}/total`, {
      code: 'total-of-wrong-type',
      detail,
      hint: '`count` counts values of any type.',
    });
  }
  const format = compiler.format(spec.format, type, `${path}/format`);
  const hasFigures = type !== undefined && type !== 'string' && type !== 'boolean';
  return {
    source,
    header: compiler.template(spec.header ?? spec.field ?? '', `${path}/header`),
    width: parseWidth(spec.width ?? '*'),
    align: spec.align ?? (type && isNumeric(type) ? 'end' : 'start'),
    format,
    total: spec.total && { how: spec.total, format: totalFormat(spec, format, path, compiler) },
    empty: spec.empty ?? '',
    isShortened: spec.ellipsis ?? false,
    isBold: spec.bold ?? false,
    hasFigures,
  };
}

/** A count is a whole number, and the average of whole numbers is none. */
function totalFormat(spec: ColumnSpec, format: FormatPlan, path: string, compiler: Compiler): FormatPlan {
  if (spec.total === 'count') return compiler.format('integer', 'integer', `${path}/total`);
  if (spec.total === 'avg' && !spec.format) return compiler.format(undefined, 'decimal', `${path}/total`);
  return format;
}

function compileSource(
  spec: ColumnSpec,
  path: string,
  data: string,
  fields: readonly Field[],
  compiler: Compiler,
): Pick<ColumnPlan, 'source'> & { type: FieldType | undefined } {
  if ((spec.field === undefined) === (spec.value === undefined)) {
    const detail = 'A column shows either a `field` or a `value`.';
    compiler.fault(path, { code: 'column-source', detail, hint: 'Give one of the two.' });
    return { source: 0, type: undefined };
  }
  if (spec.value !== undefined) {
    const source = compiler.expression(spec.value, `${path}/value`, data);
    return { source, type: source.type };
  }
  const index = fields.findIndex((field) => field.name === spec.field);
  if (index < 0 && compiler.datasets.has(data)) {
    compiler.unknownName(
      `${path}/field`,
      'field',
      spec.field!,
      fields.map((field) => field.name),
    );
  }
  return { source: index, type: fields[index]?.type };
}
