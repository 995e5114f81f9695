import type { TextStyle } from '../../model/page';
import { breakLines, shorten } from '../../text/break-lines';
import { fitFigures, fitNumbers, unfitFigures } from './fit-figures';
import type { Geometry } from './geometry';
import { measureSums } from './measure-sums';
import type { MeasuredSums } from './measure-sums';
import type { GroupLine, LateSumsLine, RowLine, SumsLine, TableFrame, TableLine } from './table-content';
import { groupHeight, heightOf } from './table-metrics';

/** A row with its cells broken into lines. */
export interface MeasuredRow {
  readonly line: RowLine;
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
  /** Of cells whose style is not their column's or their look's, by the column. */
  readonly styles?: ReadonlyMap<number, TextStyle> | undefined;
  /** Columns in which a value has no room and signs stand for it. */
  readonly unfit?: readonly number[] | undefined;
}

/** A line of a table and its height in points. */
export type MeasuredLine =
  | MeasuredRow
  | { readonly line: GroupLine | LateSumsLine; readonly height: number }
  | (MeasuredSums & { readonly line: SumsLine });

/** @param isTop whether a page begins with it */
export function measureLine(line: TableLine, frame: TableFrame, geometry: Geometry, isTop: boolean): MeasuredLine {
  if (line.kind === 'row') return measureRow(line, frame, geometry);
  const { metrics } = geometry;
  if (line.kind === 'sums') {
    const height = line.level < 0 ? metrics.totalsHeight : metrics.sumsHeight;
    return { line, ...measureSums(line.label, line.cells, frame, geometry, { height }) };
  }
  if (line.kind === 'lateSums') return { line, height: metrics.totalsHeight };
  const gap = line.hasGap && !isTop ? metrics.groupGap : 0;
  return { line, height: groupHeight(line.level, metrics) + gap };
}

function measureRow(line: RowLine, frame: TableFrame, geometry: Geometry): MeasuredRow {
  let lines = 1;
  let styles: Map<number, TextStyle> | undefined;
  let unfit: number[] | undefined;
  const cells = line.cells.map((text, index) => {
    const { width } = geometry.columns[index]!;
    const style = styleOf(line, index, geometry);
    const { isShortened, hasFigures } = frame.columns[index]!;
    let cell: readonly string[] = isShortened ? [shorten(text, style, width)] : breakLines(text, style, width);
    // Most fit as they are, which is found out already.
    if (hasFigures && (cell.length > 1 || cell[0] !== text) && DIGIT.test(text)) {
      const fit = fitFigures(text, style, width, isShortened ? 1 : Infinity);
      if (!fit) (unfit ??= []).push(index);
      const shown = fit ?? unfitFigures(style, width);
      if (shown.style !== style) (styles ??= new Map()).set(index, shown.style);
      cell = shown.lines;
    } else if (cell.length > 1 && DIGIT.test(text)) {
      const shown = fitNumbers(text, style, width);
      if (shown.isUnfit) (unfit ??= []).push(index);
      if (shown.style !== style) (styles ??= new Map()).set(index, shown.style);
      cell = shown.lines;
    }
    if (cell.length > lines) lines = cell.length;
    return cell;
  });
  const height = heightOf(lines, geometry.metrics);
  return styles || unfit ? { line, cells, height, styles, unfit } : { line, cells, height };
}

/** What stands for nothing (`empty`) may be any text, and breaks like one. */
const DIGIT = /\p{Nd}/u;

export const isRow = (measured: MeasuredLine): measured is MeasuredRow => measured.line.kind === 'row';

/** The style of a measured cell. */
export const styleOfCell = ({ line, styles }: MeasuredRow, column: number, geometry: Geometry): TextStyle =>
  styles?.get(column) ?? styleOf(line, column, geometry);

function styleOf({ looks }: RowLine, column: number, { columns }: Geometry): TextStyle {
  const { style, lookStyles } = columns[column]!;
  return looks ? (lookStyles[looks[column]!] ?? style) : style;
}
