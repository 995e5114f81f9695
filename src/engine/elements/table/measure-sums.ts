import type { TextStyle } from '../../model/page';
import { fewLines } from './few-lines';
import { fitFigures, unfitFigures } from './fit-figures';
import type { Figures } from './fit-figures';
import type { Geometry } from './geometry';
import type { TableFrame } from './table-content';
import { pitchOf } from './table-metrics';

/** A bar of more lines could not be kept with a row on every page. */
const maxLines = 4;

/** A bar with its cells broken into lines. */
export interface MeasuredSums {
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
  /** How far the label is set in. */
  readonly indent: number;
  /** Of the values, by the column; a label has none. */
  readonly styles: ReadonlyMap<number, TextStyle>;
  /** Columns in which a value has no room and signs stand for it. */
  readonly unfit: readonly number[];
}

/**
 * A bar of sums: the label from the first column on as far as no total stands, the totals under their columns. In a first
 * column with a total, label and value share the cell.
 *
 * @param height of a bar of one line
 * @param indent of a label that has its cell for itself
 * @param most lines that it may have
 */
export function measureSums(
  label: string,
  sums: readonly string[],
  frame: TableFrame,
  geometry: Geometry,
  { height, indent = 0, most = maxLines }: { height: number; indent?: number; most?: number },
): MeasuredSums {
  const { columns, sumsStyle, metrics } = geometry;
  const first = frame.columns.findIndex((column) => column.hasTotal);
  const end = first < 0 ? columns.at(-1)!.x + columns.at(-1)!.width + metrics.padding : columns[first]?.x;
  const unfit: number[] = [];
  const styles = new Map<number, TextStyle>();
  const cells = sums.map((text, index): readonly string[] => {
    const { width } = columns[index]!;
    if (index === 0 && first !== 0)
      return fewLines(label, sumsStyle, end! - columns[0]!.x - indent - metrics.padding, most);
    const fit = index === 0 ? fitLabelled(label, text, sumsStyle, width, most) : fitSum(text, sumsStyle, width, most);
    if (!fit) unfit.push(index);
    const { lines, style } = fit ?? unfitFigures(sumsStyle, width);
    styles.set(index, style);
    return lines;
  });
  const lines = Math.max(...cells.map((cell) => cell.length));
  return { cells, height: height + (lines - 1) * pitchOf(metrics), indent, styles, unfit };
}

const DIGIT = /\p{Nd}/u;

/** A total can be a text too, the first of a column for instance, and that may be cut. */
function fitSum(text: string, style: TextStyle, width: number, most: number): Figures | undefined {
  const fit = fitFigures(text, style, width, most);
  return fit || DIGIT.test(text) ? fit : { lines: fewLines(text, style, width, most), style };
}

/** In one line where there is room, else the value below its label, or alone where only one line may be. */
function fitLabelled(label: string, value: string, style: TextStyle, width: number, most: number): Figures | undefined {
  if (label === '') return fitSum(value, style, width, most);
  const line = fitFigures(`${label}\u00a0${value}`.replaceAll(' ', '\u00a0'), style, width, 1);
  if (line?.style === style) return { ...line, lines: [`${label} ${value}`] };
  const below = fitSum(value, style, width, Math.min(2, most));
  if (!below || most === 1) return below;
  return { ...below, lines: [...fewLines(label, below.style, width, most - below.lines.length), ...below.lines] };
}
