import type { Formatter, Scope } from '../../model/element';
import { RenderError } from '../../model/faults';
import type { Alignment } from '../../model/page';
import type { Value } from '../../model/value';
import { Aggregator } from '../../values/aggregate';
import type { ColumnWidth } from './column-widths';
import type { ColumnPlan, Density, TablePlan } from './plan';

/** Some consecutive rows of a table. */
export interface TableContent {
  /** The same object in all pieces of one table. */
  readonly frame: TableFrame;
  /** The texts of the cells. */
  readonly rows: readonly (readonly string[])[];
  /** Index of the first row in the table, which decides on its tint. */
  readonly firstIndex: number;
  readonly isStart: boolean;
  /** Closes the table. Every table with rows ends in a piece that holds its last row and the totals. */
  readonly totals?: readonly string[];
}

/** What does not change from row to row. */
export interface TableFrame {
  /** Name of the dataset. */
  readonly data: string;
  readonly headers: readonly string[];
  readonly columns: readonly {
    readonly width: ColumnWidth;
    readonly align: Alignment;
    readonly isShortened: boolean;
    readonly isBold: boolean;
    readonly hasFigures: boolean;
    readonly hasTotal: boolean;
  }[];
  readonly hasZebra: boolean;
  readonly density: Density;
  readonly totalsLabel: string;
  /** Printed where there are no rows. */
  readonly empty: string;
}

/** Formats the rows batch by batch. One piece is held back, so that the last one can carry the totals. */
export async function* bindTable(plan: TablePlan, scope: Scope): AsyncGenerator<TableContent> {
  const frame = frameOf(plan, scope);
  const columns = plan.columns.map((column) => bindColumn(column, scope));
  const needsRow = plan.columns.some((column) => typeof column.source !== 'number');
  let held: TableContent | undefined;
  for await (const batch of scope.rows(plan.data)) {
    if (held) yield held;
    const rows = batch.rows.map((values, index) => {
      const variables = needsRow ? scope.withRow(plan.data, values, batch.first + index) : scope.variables;
      try {
        return columns.map((column) => column.print(values, variables));
      } catch (error) {
        if (!(error instanceof RenderError)) throw error;
        const line = batch.lines[index];
        throw error.at({ dataset: plan.data, row: batch.first + index, ...(line !== undefined && { line }) });
      }
    });
    held = { frame, rows, firstIndex: batch.first - 1, isStart: batch.first === 1 };
  }
  const last = held ?? { frame, rows: [], firstIndex: 0, isStart: true };
  yield plan.totalsLabel ? { ...last, totals: columns.map((column) => column.total()) } : last;
}

function frameOf(plan: TablePlan, scope: Scope): TableFrame {
  return {
    data: plan.data,
    headers: plan.columns.map((column) => scope.text(column.header)),
    columns: plan.columns.map(({ width, align, isShortened, isBold, hasFigures, total }) => {
      return { width, align, isShortened, isBold, hasFigures, hasTotal: total !== undefined };
    }),
    hasZebra: plan.hasZebra,
    density: plan.density,
    totalsLabel: plan.totalsLabel ? scope.text(plan.totalsLabel) : '',
    empty: scope.text(plan.empty),
  };
}

/** Digits after the point of an average that is rounded later. */
const EXACT_SCALE = 20;

interface BoundColumn {
  print(values: readonly Value[], variables: Scope['variables']): string;
  total(): string;
}

function bindColumn(column: ColumnPlan, scope: Scope): BoundColumn {
  const format: Formatter = scope.formatter(column.format);
  const { source, total } = column;
  // A format rounds by itself; rounding twice could make it wrong.
  const aggregator = total && new Aggregator(total.how, total.format.options.size > 0 ? EXACT_SCALE : undefined);
  const valueOf = (values: readonly Value[], variables: Scope['variables']): Value =>
    typeof source === 'number' ? values[source]! : source.evaluate(variables);
  return {
    print(values, variables) {
      const value = valueOf(values, variables);
      aggregator?.add(value);
      return value === null ? column.empty : format(value);
    },
    total: () => (total && aggregator ? scope.formatter(total.format)(aggregator.result()) : ''),
  };
}
