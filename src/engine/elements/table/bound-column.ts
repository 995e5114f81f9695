import type { Expression, Formatter, Scope, Variables } from '../../model/element';
import type { Value } from '../../model/value';
import { Aggregator } from '../../values/aggregate';
import { decimalFormatter, digitsOf } from './decimal-digits';
import type { ColumnPlan, RunningSum } from './plan';
import { isCarried } from './plan';
import type { FrameColumn } from './table-content';

/** Digits after the point of an average that is rounded later. */
const EXACT_SCALE = 20;

/** A column in a run: gives each row's value and prints it. */
export class BoundColumn {
  readonly isCarried: boolean;
  private format: Formatter;
  private totalFormat: Formatter | undefined;
  private readonly running: (RunningSum & { sum: Aggregator }) | undefined;
  private readonly summed: number | undefined;
  private readonly sample = new Set<string>();
  private isSampling: boolean;

  constructor(
    private readonly plan: ColumnPlan,
    private readonly scope: Scope,
  ) {
    const { source, total } = plan;
    this.format = scope.formatter(plan.format);
    this.totalFormat = total && scope.formatter(total.format);
    this.isSampling = plan.width === 'auto';
    this.isCarried = isCarried(plan);
    if (typeof source !== 'object' || !('sumOf' in source)) return;
    this.running = { ...source, sum: new Aggregator('sum') };
    if (total?.how === 'sum') this.summed = source.sumOf;
  }

  /** Looks at the first rows before they are printed. */
  prepare(rows: readonly (readonly Value[])[], variablesOf: (values: readonly Value[]) => Variables): void {
    const { source, format, total, isComputed } = this.plan;
    if (format.type !== 'decimal' || format.options.size > 0) return;
    const digits = rows.map((values) => {
      const value =
        typeof source === 'number'
          ? values[source]!
          : 'sumOf' in source
            ? values[source.sumOf]!
            : valueOrNothing(source, variablesOf(values));
      return digitsOf(value, isComputed);
    });
    this.format = decimalFormatter(Math.max(0, ...digits), this.scope);
    if (total?.format === format) this.totalFormat = this.format;
  }

  /** To be called once for each row, for a running sum grows with it. */
  valueOf(values: readonly Value[], variables: Variables): Value {
    const { source } = this.plan;
    if (typeof source === 'number') return values[source]!;
    if ('evaluate' in source) return source.evaluate(variables);
    const { sum, sumOf } = this.running!;
    sum.add(values[sumOf]!);
    return sum.result();
  }

  /** What a total takes of a row. The sum of a running sum is that of its field: sums of sums say nothing. */
  amountOf(value: Value, values: readonly Value[]): Value {
    return this.summed === undefined ? value : values[this.summed]!;
  }

  print(value: Value): string {
    const text = value === null ? this.plan.empty : this.format(value);
    if (this.isSampling) this.sample.add(text);
    return text;
  }

  /** @param totals of the fields, where the column's is made of them */
  totalOf(sum: Value, totals: Partial<Variables>): Value {
    const how = this.plan.total?.how;
    return typeof how === 'object' ? how.evaluate({ ...this.scope.variables, ...totals }) : sum;
  }

  printTotal(value: Value): string {
    if (!this.totalFormat) return '';
    return value === null ? this.plan.empty : this.totalFormat(value);
  }

  /** The index of the look that a row's cell has; -1 for the column's own. */
  lookOf(variables: Variables): number {
    const { styles } = this.plan;
    return styles.length === 0 ? -1 : styles.findIndex(({ when }) => when.evaluate(variables) === true);
  }

  /** Fresh for each group; a format rounds an average by itself, and rounding twice could make it wrong. */
  aggregator(): Aggregator | undefined {
    const { total } = this.plan;
    if (!total || typeof total.how === 'object') return undefined;
    return new Aggregator(total.how, total.format.options.size > 0 ? EXACT_SCALE : undefined);
  }

  /** A group has begun. */
  begin(level: number): void {
    if (this.running?.within === level) this.running.sum = new Aggregator('sum');
  }

  /** Ends the sample. */
  frame(): FrameColumn {
    const { width, align, styles, isShortened, isBold, hasFigures, total, header, span } = this.plan;
    this.isSampling = false;
    return {
      title: this.scope.text(header),
      span: span ? this.scope.text(span) : '',
      width,
      sample: [...this.sample],
      align,
      looks: styles.map(({ look }) => look),
      isShortened,
      isBold,
      hasFigures,
      hasTotal: total !== undefined,
    };
  }
}

/** What cannot be evaluated is reported when its row is printed. */
function valueOrNothing(expression: Expression, variables: Variables): Value {
  try {
    return expression.evaluate(variables);
  } catch {
    return null;
  }
}
