import type { Marks, TextRun, TextStyle } from '../../model/page';
import { colors, tightLineHeight, type } from '../../model/theme';
import { breakLines, shorten, widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/paragraph';
import type { TableFrame } from './bind-table';
import { columnWidths } from './column-widths';

/** Points. */
export const rowHeight = 19;
export const cellPitch = type.cell.size * tightLineHeight;
export const rowPadding = (rowHeight - cellPitch) / 2;

const headerHeight = 22;
const headerRule = 0.6;
const headerStyle: TextStyle = { ...type.columnHeader, color: colors.muted, tabular: false };
const headerPitch = headerStyle.size * tightLineHeight;
const cellPadding = 6;

/** A column title of more lines is shortened, so that a narrow column cannot fill the page with its header. */
const maxHeaderLines = 4;

/** What follows from a frame and the width of its regions; x is relative to the region. */
export interface Geometry {
  /** Of the cells' content, without their padding. */
  readonly columns: readonly { readonly x: number; readonly width: number; readonly style: TextStyle }[];
  readonly header: Marks;
}

/** A row with its cells broken into lines. */
export interface Row {
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
}

export function geometryOf(frame: TableFrame, width: number): Geometry {
  const widths = columnWidths(
    frame.columns.map((column) => column.width),
    width,
  );
  let x = 0;
  const columns = frame.columns.map((column, index) => {
    const cell = { x: x + cellPadding, width: Math.max(1, widths[index]! - 2 * cellPadding), style: cellStyle(column) };
    x += widths[index]!;
    return cell;
  });
  return { columns, header: headerOf(frame, columns, width) };
}

export function measureRow(cells: readonly string[], frame: TableFrame, geometry: Geometry): Row {
  let lines = 1;
  const broken = cells.map((text, index) => {
    const { width, style } = geometry.columns[index]!;
    const cell = frame.columns[index]!.isShortened ? [shorten(text, style, width)] : breakLines(text, style, width);
    if (cell.length > lines) lines = cell.length;
    return cell;
  });
  return { cells: broken, height: lines * cellPitch + 2 * rowPadding };
}

/** Cells look alike per kind of column, so most share one style object. */
const cellStyles = [false, true].map((isBold) =>
  [false, true].map((tabular): TextStyle => {
    return { size: type.cell.size, weight: isBold ? 500 : 400, color: isBold ? colors.ink : colors.body, tabular };
  }),
);

function cellStyle(column: TableFrame['columns'][number]): TextStyle {
  return cellStyles[Number(column.isBold)]![Number(column.hasFigures)]!;
}

/** The header row: titles stand on its last lines, like its figures above a sum. */
function headerOf(frame: TableFrame, columns: Geometry['columns'], width: number): Marks {
  const titles = frame.headers.map((title, index) => headerLines(title, columns[index]!.width));
  const lines = Math.max(...titles.map((title) => title.length));
  const height = headerHeight + (lines - 1) * headerPitch;
  const texts = titles.flatMap((title, index) => {
    const { x, width: cellWidth } = columns[index]!;
    const top = (height - title.length * headerPitch) / 2 + ((lines - title.length) * headerPitch) / 2;
    return title.map((text, line): TextRun => {
      const start = startOf(frame.columns[index]!.align, x, cellWidth, widthOf(text, headerStyle));
      const y = baselineIn(top + line * headerPitch, headerPitch, headerStyle);
      return { kind: 'text', x: start, y, text, style: headerStyle };
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

function headerLines(title: string, width: number): string[] {
  const lines = breakLines(title, headerStyle, width);
  if (lines.length <= maxHeaderLines) return lines;
  const kept = lines.slice(0, maxHeaderLines - 1);
  return [...kept, shorten(lines.slice(maxHeaderLines - 1).join(' '), headerStyle, width)];
}
