import type { Compiler } from '../../model/element';
import type { ColumnPlan, TablePlan } from './plan';
import { isCarried } from './plan';
import type { TableSpec } from './table-spec';

export function compileTotals(
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

export function compilePageTotals(
  { pageTotals = false }: TableSpec,
  columns: readonly ColumnPlan[],
  compiler: Compiler,
): TablePlan['pageTotals'] {
  if (pageTotals === false) return undefined;
  if (!columns.some(isCarried)) {
    const detail = 'A page has nothing to add up: no column has the total `sum` or `count`.';
    compiler.fault('/pageTotals', { code: 'page-totals-without-total', detail });
  }
  const { label = 'Page total' } = pageTotals === true ? {} : pageTotals;
  return compiler.template(label, '/pageTotals/label');
}

export function compileCarry(
  { carryForward = false, groupBy = [] }: TableSpec,
  columns: readonly ColumnPlan[],
  compiler: Compiler,
): TablePlan['carry'] {
  if (carryForward === false) return undefined;
  if (!columns.some(isCarried)) {
    const detail = 'There are no amounts to carry forward: no column has the total `sum` or `count`.';
    compiler.fault('/carryForward', { code: 'nothing-to-carry', detail });
  }
  const {
    forward = 'Carried forward',
    brought = 'Brought forward',
    within,
  } = carryForward === true ? {} : carryForward;
  const groups = groupBy.map(({ field }) => field);
  const level = within === undefined ? -1 : groups.indexOf(within);
  if (within !== undefined && level < 0) compiler.unknownName('/carryForward/within', 'group', within, groups);
  return {
    forward: compiler.template(forward, '/carryForward/forward'),
    brought: compiler.template(brought, '/carryForward/brought'),
    within: level,
  };
}
