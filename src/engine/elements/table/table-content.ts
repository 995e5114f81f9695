import type { Alignment } from '../../model/page';
import type { Amounts } from './amounts';
import type { ColumnWidth } from './column-widths';
import type { CellLook, Density } from './plan';

/** Some consecutive lines of a table. A piece ends where the table may be parted, so that none waits for the next one. */
export interface TableContent {
  /** The same object in all pieces of one table. */
  readonly frame: TableFrame;
  readonly lines: readonly TableLine[];
  readonly isStart: boolean;
  readonly isEnd: boolean;
  /** The amounts before the first line, where pages print them; undefined before the first row. */
  readonly amounts?: Amounts;
}

export type TableLine = RowLine | GroupLine | SumsLine | LateSumsLine;

interface Line {
  /** Whether it stays on the page of the line after it. */
  readonly keepsWithNext: boolean;
  readonly startsPage?: boolean;
  /** What is said again above this line where a page begins with it. */
  readonly openGroups: readonly ContinuedGroup[];
  /** The amounts at the beginning of the group within which they are carried. */
  readonly base?: Amounts;
}

export interface RowLine extends Line {
  readonly kind: 'row';
  /** The texts of the cells. */
  readonly cells: readonly string[];
  /** Of each cell, the index of its look among those of its column; -1 for the column's own. */
  readonly looks?: readonly number[];
  readonly isTinted: boolean;
  /** Whether something of it could not be read. */
  readonly isMarked?: boolean;
  /** The amounts up to and with this row. */
  readonly amounts?: Amounts;
}

/** The header of a group. */
export interface GroupLine extends Line {
  readonly kind: 'group';
  /** 0 is the outermost. */
  readonly level: number;
  readonly text: string;
  /** Whether it is set off from what is above it. */
  readonly hasGap: boolean;
  readonly bookmark?: string;
  /** Printed beside the text. */
  readonly totals?: LateSums;
}

/** Subtotals of a group, or the table's totals. */
export interface SumsLine extends Line {
  readonly kind: 'sums';
  /** Of the group; -1 for the table. */
  readonly level: number;
  readonly label: string;
  readonly cells: readonly string[];
}

/** The table's totals above its rows. */
export interface LateSumsLine extends Line {
  readonly kind: 'lateSums';
  readonly label: string;
  readonly totals: LateSums;
}

/** Sums that are printed above the rows they are made of. */
export interface LateSums {
  /** `undefined` until the last of the rows was read. */
  readonly cells: readonly string[] | undefined;
}

export interface ContinuedGroup {
  readonly level: number;
  readonly text: string;
  readonly totals?: LateSums;
}

/** What does not change from row to row. */
export interface TableFrame {
  /** Name of the dataset. */
  readonly data: string;
  readonly columns: readonly FrameColumn[];
  readonly hasZebra: boolean;
  readonly density: Density;
  readonly hasGroups: boolean;
  /** Whether a row may begin at the foot of a page on which it does not end. */
  readonly splitsRows: boolean;
  readonly pageTotals: PageTotals | undefined;
  readonly carry: Carry | undefined;
  /** As cells. */
  printAmounts(amounts: Amounts): readonly string[];
  /** Printed where there are no rows. */
  readonly empty: string;
}

export interface FrameColumn {
  readonly title: string;
  /** A title over this column and its neighbours of the same; '' for none. */
  readonly span: string;
  readonly width: ColumnWidth;
  /** Texts of the first rows, to which a column of the width `auto` is fitted. */
  readonly sample: readonly string[];
  readonly align: Alignment;
  readonly looks: readonly CellLook[];
  readonly isShortened: boolean;
  readonly isBold: boolean;
  readonly hasFigures: boolean;
  readonly hasTotal: boolean;
}

interface PageTotals {
  readonly label: string;
}

interface Carry {
  readonly forward: string;
  readonly brought: string;
  /** The level of the groups whose amounts they are, and below whose headers they belong; -1 for the table. */
  readonly within: number;
}
