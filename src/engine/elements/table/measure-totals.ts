import type { TextStyle } from '../../model/page';
import type { TableFrame } from './bind-table';
import { fitFigures, unfitFigures } from './fit-figures';
import type { Figures } from './fit-figures';
import { fewLines, pitchOf } from './measure-table';
import type { Geometry, Row } from './measure-table';

/** A bar of more lines could not be kept with a row on every page. */
const maxLines = 4;

/**
 * The bar of totals: the label from the first column on as far as no total stands, the totals under their columns. In a
 * first column with a total, label and value share the cell.
 */
export function measureTotals(totals: readonly string[], frame: TableFrame, geometry: Geometry): Row {
  const { columns, totalsStyle, metrics } = geometry;
  const first = frame.columns.findIndex((column) => column.hasTotal);
  const unfit: number[] = [];
  const styles = new Map<number, TextStyle>();
  const cells = totals.map((text, index): readonly string[] => {
    const { width } = columns[index]!;
    if (index === 0 && first > 0) {
      return fewLines(frame.totalsLabel, totalsStyle, columns[first]!.x - columns[0]!.x - metrics.padding, maxLines);
    }
    const fit =
      index === 0
        ? fitLabelled(frame.totalsLabel, text, totalsStyle, width)
        : fitFigures(text, totalsStyle, width, maxLines);
    if (!fit) unfit.push(index);
    const { lines, style } = fit ?? unfitFigures(totalsStyle, width);
    styles.set(index, style);
    return lines;
  });
  const most = Math.max(...cells.map((lines) => lines.length));
  return { cells, height: metrics.totalsHeight + (most - 1) * pitchOf(metrics), styles, unfit };
}

/** In one line where there is room, else the value below its label. */
function fitLabelled(label: string, value: string, style: TextStyle, width: number): Figures | undefined {
  if (label === '') return fitFigures(value, style, width, maxLines);
  const line = fitFigures(`${label}\u00a0${value}`.replaceAll(' ', '\u00a0'), style, width, 1);
  if (line?.style === style) return { ...line, lines: [`${label} ${value}`] };
  const below = fitFigures(value, style, width, 2);
  if (!below) return undefined;
  return { ...below, lines: [...fewLines(label, below.style, width, maxLines - below.lines.length), ...below.lines] };
}
