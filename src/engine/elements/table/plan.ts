import type { Expression, FormatPlan, Template } from '../../model/element';
import type { Alignment, Color } from '../../model/page';
import type { Aggregation } from '../../model/value';
import type { ColumnWidth } from './column-widths';

export const densities = ['regular', 'compact'] as const;

export type Density = (typeof densities)[number];

/** A compiled table. */
export interface TablePlan {
  readonly data: string;
  readonly columns: readonly ColumnPlan[];
  /** From the outermost to the innermost. */
  readonly groups: readonly GroupPlan[];
  /** Totals of fields that the expressions of totals read. */
  readonly measures: readonly Measure[];
  readonly totals: { readonly label: Template; readonly isAbove: boolean; readonly isBelow: boolean } | undefined;
  /** The label of what the rows of a page add up to. */
  readonly pageTotals: Template | undefined;
  readonly carry: CarryPlan | undefined;
  readonly hasZebra: boolean;
  readonly splitsRows: boolean;
  readonly density: Density;
  readonly empty: Template;
}

/** Labels of the amounts that a page hands on to the next. */
interface CarryPlan {
  readonly forward: Template;
  readonly brought: Template;
  /** Level of the groups with which the amounts begin anew; -1 for the table. */
  readonly within: number;
}

/** A total of a field by its index. */
export interface Measure {
  readonly how: Aggregation;
  readonly field: number;
  readonly name: string;
}

export interface ColumnPlan {
  readonly source: ColumnSource;
  readonly header: Template;
  /** A title over this column and its neighbours of the same title. */
  readonly span: Template | undefined;
  readonly width: ColumnWidth;
  readonly align: Alignment;
  readonly format: FormatPlan;
  /** What its values add up to, or an expression over totals of fields. */
  readonly total: { readonly how: Aggregation | Expression; readonly format: FormatPlan } | undefined;
  /** The first that holds is taken. */
  readonly styles: readonly ConditionalStyle[];
  readonly empty: string;
  readonly isShortened: boolean;
  readonly isBold: boolean;
  readonly hasFigures: boolean;
  /** Whether the trailing zeros of its values mean nothing. */
  readonly isComputed: boolean;
}

/** Whether its amounts go from page to page: of other totals than sums and counts, a part of the rows says nothing of the rest. */
export const isCarried = ({ total }: ColumnPlan): boolean => total?.how === 'sum' || total?.how === 'count';

/** Where a column's value comes from: a field by its index, an expression, or the sum of a field up to the row. */
export type ColumnSource = number | Expression | RunningSum;

export interface RunningSum {
  readonly sumOf: number;
  /** Index of the group with which the sum begins anew; undefined for the table. */
  readonly within: number | undefined;
}

/** How a cell looks otherwise than its column. */
export interface CellLook {
  readonly color: Color | undefined;
  readonly background: Color | undefined;
  readonly isBold: boolean | undefined;
}

interface ConditionalStyle {
  readonly when: Expression;
  readonly look: CellLook;
}

/** The level of a group's bookmark: under any heading, whose levels go to 3. */
export const outlineLevel = (level: number): number => 4 + level;

export interface GroupPlan {
  /** Index of the field whose equal values make a group. */
  readonly field: number;
  /** Undefined where there is no such line. */
  readonly header: Template | undefined;
  readonly continued: Template | undefined;
  readonly footer: Template | undefined;
  readonly startsPage: boolean;
  readonly keepWithRows: number;
  readonly isBookmarked: boolean;
  readonly hasTotalsInHeader: boolean;
}
