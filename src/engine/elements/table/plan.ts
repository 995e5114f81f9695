import type { Expression, FormatPlan, Template } from '../../model/element';
import type { Alignment } from '../../model/page';
import type { Aggregation } from '../../values/aggregate';
import type { ColumnWidth } from './column-widths';

export const densities = ['regular', 'compact'] as const;

export type Density = (typeof densities)[number];

/** A compiled table. */
export interface TablePlan {
  readonly data: string;
  readonly columns: readonly ColumnPlan[];
  readonly totalsLabel: Template | undefined;
  readonly hasZebra: boolean;
  readonly density: Density;
  readonly empty: Template;
}

export interface ColumnPlan {
  /** Where the value comes from: the index of a declared field, or an expression. */
  readonly source: number | Expression;
  readonly header: Template;
  readonly width: ColumnWidth;
  readonly align: Alignment;
  readonly format: FormatPlan;
  readonly total: { readonly how: Aggregation; readonly format: FormatPlan } | undefined;
  readonly empty: string;
  readonly isShortened: boolean;
  readonly isBold: boolean;
  readonly hasFigures: boolean;
}
