import type { Scope } from '../../model/element';
import { RenderError } from '../../model/faults';
import type { Amounts } from './amounts';
import { BoundColumn } from './bound-column';
import type { ColumnPlan, TablePlan } from './plan';
import type { TableContent, TableFrame } from './table-content';
import { TableLines } from './table-lines';

/** Formats the rows batch by batch; lines are held back while the next row may still be kept with them. */
export async function* bindTable(plan: TablePlan, scope: Scope): AsyncGenerator<TableContent> {
  const columns = plan.columns.map((column) => new BoundColumn(column, scope));
  const lines = new TableLines(plan, columns, scope);
  const needsRow = plan.columns.some(({ source, styles }) => isExpression(source) || styles.length > 0);
  let frame: TableFrame | undefined;
  let isStart = true;
  for await (const batch of scope.rows(plan.data)) {
    // Batches are of one size, and the first of them is all that columns are fitted to.
    if (!frame) for (const column of columns) column.prepare(batch.rows, (row) => scope.withRow(plan.data, row));
    for (const [index, values] of batch.rows.entries()) {
      const variables = needsRow ? scope.withRow(plan.data, values) : scope.variables;
      try {
        lines.add(values, variables, batch.marked?.has(index) ?? false);
      } catch (error) {
        throw error instanceof RenderError ? error.at({ dataset: plan.data, ...batch.places[index]! }) : error;
      }
    }
    frame ??= frameOf(plan, columns, scope);
    const piece = lines.settled();
    if (piece.lines.length === 0) continue;
    yield { frame, isStart, isEnd: false, ...piece };
    isStart = false;
  }
  frame ??= frameOf(plan, columns, scope);
  yield { frame, isStart, isEnd: true, ...lines.finish() };
}

const isExpression = (source: ColumnPlan['source']): boolean => typeof source === 'object' && 'evaluate' in source;

function frameOf(plan: TablePlan, columns: readonly BoundColumn[], scope: Scope): TableFrame {
  const { pageTotals, carry } = plan;
  return {
    data: plan.data,
    columns: columns.map((column) => column.frame()),
    hasZebra: plan.hasZebra,
    splitsRows: plan.splitsRows,
    density: plan.density,
    hasGroups: plan.groups.length > 0,
    pageTotals: pageTotals && { label: scope.text(pageTotals) },
    carry: carry && {
      forward: scope.text(carry.forward),
      brought: scope.text(carry.brought),
      within: carry.within,
    },
    printAmounts: (amounts: Amounts) =>
      columns.map((column, index) => (column.isCarried ? column.printTotal(amounts[index]!) : '')),
    empty: scope.text(plan.empty),
  };
}
