/** A table of a dataset's rows, streamed: its header repeats on every page, groups have subtotals, and totals close it. */
import type { Compiler, Element } from '../../model/element';
import { bindTable } from './bind-table';
import { compileColumns, measuresOf } from './compile-column';
import { compileGroups } from './compile-group';
import type { ColumnPlan, TablePlan } from './plan';
import { placeTable } from './place-table';
import type { TableContent } from './table-content';
import type { TableSpec } from './table-spec';
import { tableMarks } from './table-marks';
import { tableProperties } from './table-spec';

export const table: Element<TableSpec, TablePlan, TableContent> = {
  type: 'table',
  schema: { required: ['data', 'columns'], properties: tableProperties },

  compile(spec, compiler) {
    compiler.reads(spec.data, '/data');
    const fields = compiler.datasets.get(spec.data) ?? [];
    const columns = compileColumns(spec, fields, compiler);
    const groups = compileGroups(spec, fields, columns, compiler);
    const totals = compileTotals(spec, columns, compiler);
    const labels = [totals?.label, ...groups.map(({ footer }) => footer)].filter((label) => label !== undefined);
    return {
      data: spec.data,
      columns,
      groups,
      measures: measuresOf(columns, labels, fields),
      totals,
      carry: compileCarry(spec, columns, compiler),
      hasZebra: spec.zebra ?? true,
      splitsRows: spec.splitRows ?? false,
      density: spec.density ?? 'regular',
      empty: compiler.template(spec.empty ?? '', '/empty'),
    };
  },

  bind: bindTable,
  marks: tableMarks,
  place: placeTable,
};

function compileTotals(
  { data, totals }: TableSpec,
  columns: readonly ColumnPlan[],
  compiler: Compiler,
): TablePlan['totals'] {
  const hasTotals = columns.some(({ total }) => total);
  if (!hasTotals) {
    const detail = 'There are no totals to label: no column has `total`.';
    if (totals) compiler.fault('/totals', { code: 'totals-without-total', detail });
    return undefined;
  }
  const { label = 'Total', at = 'end' } = totals ?? {};
  // A label above is printed before any row is read.
  const reach = at === 'end' ? { totalsOf: data } : {};
  return {
    label: compiler.template(label, '/totals/label', reach),
    isAbove: at !== 'end',
    isBelow: at !== 'start',
  };
}

function compileCarry(
  { carryForward }: TableSpec,
  columns: readonly ColumnPlan[],
  compiler: Compiler,
): TablePlan['carry'] {
  if (carryForward === undefined || carryForward === false) return undefined;
  if (!columns.some(({ total }) => total?.how === 'sum' || total?.how === 'count')) {
    compiler.fault('/carryForward', {
      code: 'nothing-to-carry',
      detail: 'There are no amounts to carry forward: no column has the total `sum` or `count`.',
    });
  }
  const labels = carryForward === true ? {} : carryForward;
  return {
    forward: compiler.template(labels.forward ?? 'Carried forward', '/carryForward/forward'),
    brought: compiler.template(labels.brought ?? 'Brought forward', '/carryForward/brought'),
  };
}
