import type { PlaceContext } from '../../model/element';
import { RenderError } from '../../model/faults';
import type { Marks, TextRun, TextStyle } from '../../model/page';
import { colors, tightLineHeight } from '../../model/theme';
import { breakLines, shorten, widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/paragraph';
import type { TableFrame } from './bind-table';
import { columnWidths, minColumnWidth } from './column-widths';
import { fitFigures, unfitFigures } from './fit-figures';
import type { Density } from './plan';

/** Sizes of a table in points. Heights are those of rows of one line. */
export interface Metrics {
  readonly cellSize: number;
  readonly headerSize: number;
  readonly rowHeight: number;
  readonly headerHeight: number;
  readonly totalsHeight: number;
  /** Beside the content of a cell. */
  readonly padding: number;
}

export const metricsOf: Readonly<Record<Density, Metrics>> = {
  regular: { cellSize: 8.5, headerSize: 8, rowHeight: 19, headerHeight: 22, totalsHeight: 24, padding: 6 },
  compact: { cellSize: 7.5, headerSize: 7, rowHeight: 15.5, headerHeight: 19, totalsHeight: 20, padding: 5 },
};

export const pitchOf = (metrics: Metrics): number => metrics.cellSize * tightLineHeight;

/** Above and below the lines of a row. */
export const rowPadding = (metrics: Metrics): number => (metrics.rowHeight - pitchOf(metrics)) / 2;

/** A column title of more lines is shortened, so that a narrow column cannot fill the page with its header. */
const maxHeaderLines = 4;
const headerRule = 0.6;

/** What follows from a frame and the width of its regions; x is relative to the region. */
export interface Geometry {
  readonly metrics: Metrics;
  /** Of the cells' content, without their padding. */
  readonly columns: readonly { readonly x: number; readonly width: number; readonly style: TextStyle }[];
  readonly totalsStyle: TextStyle;
  readonly emptyStyle: TextStyle;
  readonly header: Marks;
}

/** A row with its cells broken into lines. */
export interface Row {
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
  /** Of cells whose style is not their column's, by the column. */
  readonly styles?: ReadonlyMap<number, TextStyle> | undefined;
  /** Columns in which a value has no room and signs stand for it. */
  readonly unfit?: readonly number[] | undefined;
}

/** @throws RenderError (template_error) where there are more columns than the region can hold. */
export function geometryOf(frame: TableFrame, width: number, context: Pick<PlaceContext, 'warn'>): Geometry {
  const metrics = metricsOf[frame.density];
  const count = frame.columns.length;
  if (count * minColumnWidth > width) {
    const detail = `The table of ${frame.data} has ${count} columns, and a width of ${Math.floor(width)} points holds ${Math.floor(width / minColumnWidth)} at most.`;
    throw new RenderError('template_error', detail, { dataset: frame.data });
  }
  const { widths, isSqueezed } = columnWidths(
    frame.columns.map((column) => column.width),
    width,
  );
  if (isSqueezed) {
    const detail = `The columns of the table of ${frame.data} are wider together than the ${Math.floor(width)} points that there are, and were made narrower.`;
    context.warn('columns_squeezed', detail);
  }
  const styles = cellStyles(metrics);
  let x = 0;
  const columns = frame.columns.map(({ isBold, hasFigures }, index) => {
    const style = styles[isBold ? 'bold' : 'normal'][hasFigures ? 'figures' : 'text'];
    const cell = { x: x + metrics.padding, width: Math.max(1, widths[index]! - 2 * metrics.padding), style };
    x += widths[index]!;
    return cell;
  });
  return {
    metrics,
    columns,
    totalsStyle: { size: metrics.cellSize, weight: 600, color: colors.ink, tabular: true },
    emptyStyle: { size: metrics.cellSize, weight: 400, color: colors.muted, tabular: false },
    header: headerOf(frame, columns, width, metrics),
  };
}

export function measureRow(cells: readonly string[], frame: TableFrame, geometry: Geometry): Row {
  let lines = 1;
  let styles: Map<number, TextStyle> | undefined;
  let unfit: number[] | undefined;
  const broken = cells.map((text, index) => {
    const { width, style } = geometry.columns[index]!;
    const { isShortened, hasFigures } = frame.columns[index]!;
    let cell: readonly string[] = isShortened ? [shorten(text, style, width)] : breakLines(text, style, width);
    // Most fit as they are, which is found out already.
    if (hasFigures && (cell.length > 1 || cell[0] !== text) && DIGIT.test(text)) {
      const fit = fitFigures(text, style, width, isShortened ? 1 : Infinity);
      if (!fit) (unfit ??= []).push(index);
      const shown = fit ?? unfitFigures(style, width);
      if (shown.style !== style) (styles ??= new Map()).set(index, shown.style);
      cell = shown.lines;
    }
    if (cell.length > lines) lines = cell.length;
    return cell;
  });
  const height = heightOf(lines, geometry.metrics);
  return styles || unfit ? { cells: broken, height, styles, unfit } : { cells: broken, height };
}

/** What stands for nothing (`empty`) may be any text, and breaks like one. */
const DIGIT = /\p{Nd}/u;

export const heightOf = (lines: number, metrics: Metrics): number => lines * pitchOf(metrics) + 2 * rowPadding(metrics);

/** One object for each kind of column, since styles are compared by identity. */
function cellStyles(metrics: Metrics): Record<'normal' | 'bold', Record<'text' | 'figures', TextStyle>> {
  const normal = { size: metrics.cellSize, weight: 400, color: colors.body } as const;
  const bold = { size: metrics.cellSize, weight: 500, color: colors.ink } as const;
  return {
    normal: { text: { ...normal, tabular: false }, figures: { ...normal, tabular: true } },
    bold: { text: { ...bold, tabular: false }, figures: { ...bold, tabular: true } },
  };
}

function headerOf(frame: TableFrame, columns: Geometry['columns'], width: number, metrics: Metrics): Marks {
  const style: TextStyle = { size: metrics.headerSize, weight: 600, color: colors.muted, tabular: false };
  const pitch = style.size * tightLineHeight;
  const titles = frame.headers.map((title, index) => fewLines(title, style, columns[index]!.width, maxHeaderLines));
  const lines = Math.max(...titles.map((title) => title.length));
  const height = metrics.headerHeight + (lines - 1) * pitch;
  const texts = titles.flatMap((title, index) => {
    const { x, width: cellWidth } = columns[index]!;
    // Shorter titles stand at the bottom, next to the cells.
    const top = (height - lines * pitch) / 2 + (lines - title.length) * pitch;
    return title.map((text, line): TextRun => {
      const start = startOf(frame.columns[index]!.align, x, cellWidth, widthOf(text, style));
      return { kind: 'text', x: start, y: baselineIn(top + line * pitch, pitch, style), text, style };
    });
  });
  return {
    width,
    height,
    items: [
      { kind: 'path', fill: colors.head, rectangles: [{ x: 0, y: 0, width, height }] },
      {
        kind: 'path',
        fill: colors.strongLine,
        rectangles: [{ x: 0, y: height - headerRule, width, height: headerRule }],
      },
      ...texts.filter((text) => text.text !== ''),
    ],
  };
}

/** Broken into lines of which the last is shortened where there would be more than `most`. */
export function fewLines(text: string, style: TextStyle, width: number, most: number): string[] {
  const lines = breakLines(text, style, width);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most - 1);
  return [...kept, shorten(lines.slice(most - 1).join(' '), style, width)];
}
