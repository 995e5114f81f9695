import type { TextStyle } from '../../model/page';
import { breakLines, fittingWidth, shorten } from '../../text/break-lines';
import type { Figures } from './fit-figures';
import { fitFigures, fitNumbers, unfitFigures } from './fit-figures';
import type { Geometry } from './geometry';
import { measureSums } from './measure-sums';
import type { MeasuredSums } from './measure-sums';
import type { FrameColumn, GroupLine, LateSumsLine, RowLine, SumsLine, TableFrame, TableLine } from './table-content';
import { groupHeight, heightOf, indentOf } from './table-metrics';

/** A row with its cells made to fit their columns. */
export interface MeasuredRow {
  readonly line: RowLine;
  readonly height: number;
  /** In points, of the cells that fit in one line as they are, which most do; of the others NaN. */
  readonly widths: readonly number[];
  /** The other cells, by the column. */
  readonly fitted?: ReadonlyMap<number, Figures> | undefined;
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
    const indent = indentOf(line.level, metrics);
    return { line, ...measureSums(line.label, line.cells, frame, geometry, { height, indent }) };
  }
  if (line.kind === 'lateSums') return { line, height: metrics.totalsHeight };
  const gap = line.hasGap && !isTop ? metrics.groupGap : 0;
  return { line, height: groupHeight(line.level, metrics) + gap };
}

function measureRow(line: RowLine, { columns }: TableFrame, geometry: Geometry): MeasuredRow {
  const widths = new Array<number>(line.cells.length);
  let lines = 1;
  let fitted: Map<number, Figures> | undefined;
  let unfit: number[] | undefined;
  for (let index = 0; index < line.cells.length; index += 1) {
    const text = line.cells[index]!;
    const { width } = geometry.columns[index]!;
    const style = styleOf(line, index, geometry);
    const fitting = fittingWidth(text, style, width);
    widths[index] = fitting;
    if (!Number.isNaN(fitting)) continue;
    const cell = fitCell(text, style, width, columns[index]!);
    (fitted ??= new Map()).set(index, cell);
    if (cell.isUnfit) (unfit ??= []).push(index);
    if (cell.lines.length > lines) lines = cell.lines.length;
  }
  const height = heightOf(lines, geometry.metrics);
  return fitted ? { line, height, widths, fitted, unfit } : { line, height, widths };
}

function fitCell(text: string, style: TextStyle, width: number, { isShortened, hasFigures }: FrameColumn): Figures {
  const lines = isShortened ? [shorten(text, style, width)] : breakLines(text, style, width);
  if (!DIGIT.test(text) || lines[0] === text) return { lines, style };
  if (hasFigures) return fitFigures(text, style, width, isShortened ? 1 : Infinity) ?? unfitFigures(style, width);
  return lines.length > 1 ? fitNumbers(text, style, width) : { lines, style };
}

/** What stands for nothing (`empty`) may be any text, and breaks like one. */
const DIGIT = /\p{Nd}/u;

export const isRow = (measured: MeasuredLine): measured is MeasuredRow => measured.line.kind === 'row';

/** The style of a cell that fits as it is. */
export function styleOf({ looks }: RowLine, column: number, { columns }: Geometry): TextStyle {
  const { style, lookStyles } = columns[column]!;
  return looks ? (lookStyles[looks[column]!] ?? style) : style;
}
