import type { Variables } from '../../model/element';
import type { Aggregation, Value } from '../../model/value';
import { Aggregator } from '../../values/aggregate';
import type { Amounts } from './amounts';
import type { BoundColumn } from './bound-column';
import type { Measure } from './plan';

/** Digits after the point of an average that expressions go on with, as many as a quotient has. */
const AVERAGE_SCALE = 12;

/** What rows add up to, column by column. */
export class Sums {
  private readonly totals: readonly (Aggregator | undefined)[];
  private readonly measured: readonly Aggregator[];
  private printed: readonly string[] | undefined;
  /** What expressions read of the totals of fields; complete once closed. */
  results: Partial<Variables> = {};

  constructor(
    private readonly columns: readonly BoundColumn[],
    private readonly measures: readonly Measure[],
  ) {
    this.totals = columns.map((column) => column.aggregator());
    this.measured = measures.map(({ how }) => new Aggregator(how, AVERAGE_SCALE));
  }

  add(column: number, amount: Value): void {
    this.totals[column]?.add(amount);
  }

  /** To be called for each row beside `add`, for what the totals of columns read of other fields. */
  measure(values: readonly Value[]): void {
    for (let index = 0; index < this.measures.length; index += 1) {
      this.measured[index]!.add(values[this.measures[index]!.field]!);
    }
  }

  /** So far. */
  amounts(): Amounts {
    return this.columns.map((column, index) => (column.isCarried ? this.totals[index]!.result() : null));
  }

  /** There are no more rows; what waits for the sums is told by `cells`. */
  close(): readonly string[] {
    this.results = this.resultsOfMeasures();
    this.printed = this.columns.map((column, index) =>
      column.printTotal(column.totalOf(this.totals[index]?.result() ?? null, this.results)),
    );
    return this.printed;
  }

  /** As they are printed; `undefined` as long as there may be more rows. */
  get cells(): readonly string[] | undefined {
    return this.printed;
  }

  private resultsOfMeasures(): Partial<Variables> {
    const results: Partial<Record<Aggregation, Record<string, Value>>> = {};
    for (const [index, { how, name }] of this.measures.entries()) {
      (results[how] ??= {})[name] = this.measured[index]!.result();
    }
    return results;
  }
}
