import type { Compiler, Template } from '../../model/element';
import type { Column } from '../../model/value';
import type { GroupPlan } from './plan';
import type { GroupSpec, TableSpec } from './table-spec';

export function compileGroups(spec: TableSpec, fields: readonly Column[], compiler: Compiler): GroupPlan[] {
  const known = new Set<string>();
  return (spec.groupBy ?? []).map((group, level) => {
    const path = `/groupBy/${level}`;
    if (known.has(group.field)) {
      const detail = `The rows are grouped by \`${group.field}\` already.`;
      compiler.fault(`${path}/field`, { code: 'grouped-twice', detail });
    }
    known.add(group.field);
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
  const header = template(spec.header ?? '${group.key}', 'header');
  const continued = spec.continued === undefined ? header && continuing(header) : template(spec.continued, 'continued');
  return {
    field: index,
    header,
    continued: spec.repeatHeader === false ? undefined : continued,
    footer: template(spec.footer ?? '', 'footer'),
    startsPage: spec.startOn === 'newPage',
    keepWithRows: spec.keepWithRows ?? 2,
    isBookmarked: spec.bookmark ?? false,
  };
}

const continuing = (header: Template): Template => {
  return { isConstant: header.isConstant, parts: (variables) => [...header.parts(variables), ' (continued)'] };
};
