import type { Compiler, FormatPlan, Template } from '../../model/element';
import { groundColor, textColor } from '../../model/theme';
import type { Column, FieldType } from '../../model/value';
import { aggregations, isNumeric } from '../../model/value';
import { canAggregate } from '../../values/aggregate';
import { parseWidth } from './column-widths';
import type { ColumnPlan, ColumnSource, Measure, RunningSum } from './plan';
import type { ColumnSpec, StyleSpec } from './column-spec';
import type { TableSpec } from './table-spec';

/** What compiling a column needs to know of its table. */
interface Setting {
  readonly spec: TableSpec;
  readonly fields: readonly Column[];
  readonly compiler: Compiler;
}

export function compileColumns(spec: TableSpec, fields: readonly Column[], compiler: Compiler): ColumnPlan[] {
  return spec.columns.map((column, index) => compileColumn(column, `/columns/${index}`, { spec, fields, compiler }));
}

function compileColumn(spec: ColumnSpec, path: string, setting: Setting): ColumnPlan {
  const { compiler } = setting;
  const { source, type, isComputed = false } = compileSource(spec, path, setting);
  const format = compiler.format(spec.format, type, `${path}/format`);
  const hasFigures = type !== undefined && type !== 'string' && type !== 'boolean';
  return {
    source,
    header: compiler.template(spec.header ?? spec.field ?? '', `${path}/header`),
    span: spec.span === undefined ? undefined : compiler.template(spec.span, `${path}/span`),
    width: parseWidth(spec.width ?? '*'),
    align: spec.align ?? (type && isNumeric(type) ? 'end' : 'start'),
    format,
    total: compileTotal(spec, { type, format }, path, setting),
    styles: (spec.styles ?? []).map((style, index) => compileStyle(style, `${path}/styles/${index}`, setting)),
    empty: spec.empty ?? '',
    isShortened: spec.ellipsis ?? false,
    isBold: spec.bold ?? false,
    hasFigures,
    isComputed,
  };
}

function compileTotal(
  { total, ...spec }: ColumnSpec,
  { type, format }: { type: FieldType | undefined; format: FormatPlan },
  path: string,
  { spec: { data }, compiler }: Setting,
): ColumnPlan['total'] {
  if (total === undefined) return undefined;
  if (typeof total === 'object') {
    const how = compiler.expression(total.value, `${path}/total/value`, { totalsOf: data });
    const isSame = how.type === type && spec.format !== undefined;
    return { how, format: isSame ? format : compiler.format(spec.format, how.type, `${path}/format`) };
  }
  if (type && !canAggregate(total, type)) {
    const detail = `\`${total}\` needs numbers${total === 'sum' || total === 'avg' ? '' : ', dates or times'}, and this column is ${type}.`;
    const hint = '`count` counts values of any type.';
    compiler.fault(`${path}/total`, { code: 'total-of-wrong-type', detail, hint });
  }
  // A count is a whole number, and the average of whole numbers is none.
  if (total === 'count') return { how: total, format: compiler.format('integer', 'integer', `${path}/total`) };
  const isPlain = total === 'avg' && !spec.format && type !== 'decimal';
  return { how: total, format: isPlain ? compiler.format(undefined, 'decimal', `${path}/total`) : format };
}

/** The totals of fields that the columns' totals and their labels are made of, each once. */
export function measuresOf(
  columns: readonly ColumnPlan[],
  labels: readonly Template[],
  fields: readonly Column[],
): Measure[] {
  const expressions = columns.flatMap(({ total }) => (typeof total?.how === 'object' ? [total.how] : []));
  const members = [...expressions, ...labels].flatMap((each) => each.members);
  const measures = new Map<string, Measure>();
  for (const [variable, name] of members) {
    const how = aggregations.find((each) => each === variable);
    const field = fields.findIndex((each) => each.name === name);
    if (how && field >= 0) measures.set(`${how} ${field}`, { how, field, name: name! });
  }
  return [...measures.values()];
}

function compileStyle(style: StyleSpec, path: string, { spec, compiler }: Setting): ColumnPlan['styles'][number] {
  const { color, background, bold } = style;
  return {
    when: compiler.condition(style.when, `${path}/when`, { dataset: spec.data }),
    look: {
      color: color === undefined ? undefined : textColor(color, compiler.theme),
      background: background === undefined ? undefined : groundColor(background, compiler.theme),
      isBold: bold,
    },
  };
}

interface TypedSource {
  readonly source: ColumnSource;
  readonly type: FieldType | undefined;
  readonly isComputed?: boolean | undefined;
}

function compileSource(spec: ColumnSpec, path: string, setting: Setting): TypedSource {
  const { compiler } = setting;
  if ([spec.field, spec.value, spec.running].filter((each) => each !== undefined).length !== 1) {
    const detail = 'A column shows a `field`, a `value` or a `running` sum.';
    compiler.fault(path, { code: 'column-source', detail, hint: 'Give one of the three.' });
    return { source: 0, type: undefined };
  }
  if (spec.value !== undefined) {
    const source = compiler.expression(spec.value, `${path}/value`, { dataset: setting.spec.data });
    return { source, type: source.type, isComputed: true };
  }
  if (spec.running) return compileRunning(spec.running, `${path}/running`, setting);
  const index = fieldIndex(spec.field!, `${path}/field`, setting);
  const { type, isComputed } = setting.fields[index] ?? { type: undefined };
  return { source: index, type, isComputed };
}

function compileRunning(running: NonNullable<ColumnSpec['running']>, path: string, setting: Setting): TypedSource {
  const { spec, fields, compiler } = setting;
  const index = fieldIndex(running.sum, `${path}/sum`, setting);
  const type = fields[index]?.type;
  if (type && !isNumeric(type)) {
    const detail = `A running sum needs numbers, and \`${running.sum}\` is ${type}.`;
    compiler.fault(`${path}/sum`, { code: 'total-of-wrong-type', detail });
  }
  const groups = (spec.groupBy ?? []).map(({ field }) => field);
  const level = running.within === undefined ? undefined : groups.indexOf(running.within);
  if (level === -1) compiler.unknownName(`${path}/within`, 'group', running.within!, groups);
  const source: RunningSum = { sumOf: index, within: level };
  return { source, type, isComputed: fields[index]?.isComputed };
}

function fieldIndex(name: string, path: string, { spec, fields, compiler }: Setting): number {
  const index = fields.findIndex((field) => field.name === name);
  if (index < 0 && compiler.datasets.has(spec.data)) {
    compiler.unknownName(
      path,
      'field',
      name,
      fields.map((field) => field.name),
    );
  }
  return index;
}
