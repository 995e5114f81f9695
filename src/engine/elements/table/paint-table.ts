import type { PlaceContext, Region } from '../../model/element';
import type { PageItem, Rectangle, TextRun } from '../../model/page';
import { colors, tint } from '../../model/theme';
import { shorten, widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/paragraph';
import type { TableContent, TableFrame } from './bind-table';
import type { Geometry, Row } from './measure-table';
import { pitchOf, rowPadding } from './measure-table';

const rowRule = 0.4;

/** How much of the accent colour is in the ground of the totals. */
const totalsTint = 0.1;

/** Rows from the top of the region on: their tints, their rules, then their texts in reading order. */
export function paintRows(
  rows: readonly Row[],
  content: TableContent,
  geometry: Geometry,
  region: Region,
  context: PlaceContext,
): PageItem[] {
  const { frame, firstIndex } = content;
  const tints: Rectangle[] = [];
  const rules: Rectangle[] = [];
  const texts: TextRun[] = [];
  let top = region.y;
  for (const [index, row] of rows.entries()) {
    const bottom = top + row.height;
    if (frame.hasZebra && (firstIndex + index) % 2 === 1) {
      tints.push({ x: region.x, y: top, width: region.width, height: row.height });
    }
    rules.push({ x: region.x, y: bottom - rowRule, width: region.width, height: rowRule });
    pushCells(texts, row, frame, geometry, region.x, top);
    if (row.unfit) warnOfUnfit(row.unfit, frame, context);
    top = bottom;
  }
  const grounds: PageItem[] = tints.length > 0 ? [{ kind: 'path', fill: colors.zebra, rectangles: tints }] : [];
  return [...grounds, { kind: 'path', fill: colors.line, rectangles: rules }, ...texts];
}

function pushCells(texts: TextRun[], row: Row, frame: TableFrame, geometry: Geometry, left: number, top: number): void {
  const pitch = pitchOf(geometry.metrics);
  const firstLine = top + rowPadding(geometry.metrics);
  for (const [column, lines] of row.cells.entries()) {
    const { x, width, style: usual } = geometry.columns[column]!;
    const style = row.styles?.get(column) ?? usual;
    const { align } = frame.columns[column]!;
    for (const [line, text] of lines.entries()) {
      if (text === '') continue;
      const start = align === 'start' ? x : startOf(align, x, width, widthOf(text, style));
      texts.push({ kind: 'text', x: left + start, y: baselineIn(firstLine + line * pitch, pitch, style), text, style });
    }
  }
}

/** What stands in place of rows. */
export function paintEmpty(frame: TableFrame, { metrics, emptyStyle }: Geometry, region: Region): PageItem[] {
  if (frame.empty === '') return [];
  const text = shorten(frame.empty, emptyStyle, region.width - 2 * metrics.padding);
  const y = baselineIn(region.y, metrics.rowHeight, emptyStyle);
  return [{ kind: 'text', x: region.x + metrics.padding, y, text, style: emptyStyle }];
}

/** The bar that closes a table, as `measureTotals` has measured it. */
export function paintTotals(
  row: Row,
  frame: TableFrame,
  geometry: Geometry,
  region: Region,
  context: PlaceContext,
): PageItem[] {
  const { columns, totalsStyle, metrics } = geometry;
  const pitch = pitchOf(metrics);
  const texts = row.cells.flatMap((lines, index) => {
    const { x, width } = columns[index]!;
    const style = row.styles?.get(index) ?? totalsStyle;
    // The label begins where the table does, however its column is aligned.
    const align = row.styles?.has(index) ? frame.columns[index]!.align : 'start';
    const top = region.y + (row.height - lines.length * pitch) / 2;
    return lines.map((text, line): TextRun => {
      const start = startOf(align, x, width, widthOf(text, style));
      return { kind: 'text', x: region.x + start, y: baselineIn(top + line * pitch, pitch, style), text, style };
    });
  });
  if (row.unfit) warnOfUnfit(row.unfit, frame, context);
  const bar: Rectangle = { x: region.x, y: region.y, width: region.width, height: row.height };
  return [
    { kind: 'path', fill: tint(context.theme.accent, totalsTint), rectangles: [bar] },
    ...texts.filter(({ text }) => text !== ''),
  ];
}

function warnOfUnfit(columns: readonly number[], frame: TableFrame, context: PlaceContext): void {
  for (const column of columns) {
    const detail = `A value is wider than the column ${JSON.stringify(frame.headers[column])} of the table of ${frame.data}; ### stands for it.`;
    context.warn('value_does_not_fit', detail);
  }
}
