import type { Compiler, Template } from '../../model/element';
import type { Column } from '../../model/value';
import type { ColumnPlan, GroupPlan } from './plan';
import type { GroupSpec, TableSpec } from './table-spec';

export function compileGroups(
  spec: TableSpec,
  fields: readonly Column[],
  columns: readonly ColumnPlan[],
  compiler: Compiler,
): GroupPlan[] {
  const known = new Set<string>();
  return (spec.groupBy ?? []).map((group, level) => {
    const path = `/groupBy/${level}`;
    if (known.has(group.field)) {
      const detail = `The rows are grouped by \`${group.field}\` already.`;
      compiler.fault(`${path}/field`, { code: 'grouped-twice', detail });
    }
    known.add(group.field);
    if (group.totalInHeader) checkTotals(group, `${path}/totalInHeader`, columns, compiler);
    return compileGroup(group, path, spec.data, fields, compiler);
  });
}

function compileGroup(
  spec: GroupSpec,
  path: string,
  data: string,
  fields: readonly Column[],
  compiler: Compiler,
): GroupPlan {
  const index = fields.findIndex(({ name }) => name === spec.field);
  const names = fields.map(({ name }) => name);
  if (index < 0 && compiler.datasets.has(data)) compiler.unknownName(`${path}/field`, 'field', spec.field, names);
  const groupKey = fields[index]?.type ?? 'string';
  const template = (text: string, member: string): Template | undefined =>
    text === '' ? undefined : compiler.template(text, `${path}/${member}`, { groupKey });
  const header = named(template(spec.header ?? '${group.key}', 'header'));
  const continued =
    spec.continued === undefined ? header && continuing(header) : named(template(spec.continued, 'continued'));
  return {
    field: index,
    header,
    continued: spec.repeatHeader === false ? undefined : continued,
    footer: spec.footer ? compiler.template(spec.footer, `${path}/footer`, { groupKey, totalsOf: data }) : undefined,
    startsPage: spec.startOn === 'newPage',
    keepWithRows: spec.keepWithRows ?? 2,
    isBookmarked: spec.bookmark ?? false,
    hasTotalsInHeader: spec.totalInHeader ?? false,
  };
}

/** The header's text needs a column, and totals a text to stand beside. */
function checkTotals(
  { header }: GroupSpec,
  path: string,
  columns: readonly ColumnPlan[],
  { fault }: Pick<Compiler, 'fault'>,
): void {
  const first = columns.findIndex(({ total }) => total);
  if (first < 0) {
    const detail = 'There are no totals for the header: no column has `total`.';
    fault(path, { code: 'totals-without-total', detail });
  } else if (header === '') {
    const detail = 'The group has no header that could hold its totals.';
    fault(path, { code: 'totals-without-header', detail, hint: 'Give it a `header`, or leave `totalInHeader` out.' });
  } else if (first === 0) {
    const detail = 'The first column has a total, which leaves the text of the header no room beside it.';
    fault(path, { code: 'totals-without-room', detail, hint: 'Begin with a column that has no `total`.' });
  }
}

/** A group of rows without a key has a name too, in any language. */
const named = (header: Template | undefined): Template | undefined =>
  header && {
    ...header,
    parts: (variables) => {
      const parts = header.parts(variables);
      return parts.every((part) => part === '') ? ['–'] : parts;
    },
  };

const continuing = (header: Template): Template => {
  return { ...header, parts: (variables) => [...header.parts(variables), ' (continued)'] };
};
