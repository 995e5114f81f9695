import type { Value } from '../../model/value';
import type { Aggregator } from '../../values/aggregate';
import type { BoundColumn } from './bound-column';

/** What rows add up to, column by column. */
export class Sums {
  private readonly totals: readonly (Aggregator | undefined)[];
  private printed: readonly string[] | undefined;

  constructor(private readonly columns: readonly BoundColumn[]) {
    this.totals = columns.map((column) => column.aggregator());
  }

  add(column: number, value: Value): void {
    this.totals[column]?.add(value);
  }

  /** The amounts so far of the columns that are carried from page to page; null for the others. */
  carried(): readonly Value[] {
    return this.columns.map((column, index) => (column.isCarried ? this.totals[index]!.result() : null));
  }

  /** There are no more rows; what waits for the sums is told by `cells`. */
  close(): readonly string[] {
    this.printed = this.columns.map((column, index) => {
      const total = this.totals[index];
      return total ? column.printTotal(total.result()) : '';
    });
    return this.printed;
  }

  /** As they are printed; `undefined` as long as there may be more rows. */
  get cells(): readonly string[] | undefined {
    return this.printed;
  }
}
