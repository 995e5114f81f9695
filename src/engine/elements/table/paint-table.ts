import type { Region } from '../../model/element';
import type { PageItem, Rectangle, TextRun } from '../../model/page';
import type { Theme } from '../../model/theme';
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
export function paintRows(rows: readonly Row[], content: TableContent, geometry: Geometry, region: Region): PageItem[] {
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
    top = bottom;
  }
  const grounds: PageItem[] = tints.length > 0 ? [{ kind: 'path', fill: colors.zebra, rectangles: tints }] : [];
  return [...grounds, { kind: 'path', fill: colors.line, rectangles: rules }, ...texts];
}

function pushCells(texts: TextRun[], row: Row, frame: TableFrame, geometry: Geometry, left: number, top: number): void {
  const pitch = pitchOf(geometry.metrics);
  const firstLine = top + rowPadding(geometry.metrics);
  for (const [column, lines] of row.cells.entries()) {
    const { x, width, style } = geometry.columns[column]!;
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

/** One bar: the label from the first column on as far as no total stands, the totals under their columns. */
export function paintTotals(
  content: TableContent,
  totals: readonly string[],
  geometry: Geometry,
  region: Region,
  theme: Theme,
): PageItem[] {
  const { frame } = content;
  const { columns, totalsStyle: style, metrics } = geometry;
  const y = baselineIn(region.y, region.height, style);
  const { x: left } = region;
  const firstTotal = columns[frame.columns.findIndex((column) => column.hasTotal)]!;
  const label = shorten(frame.totalsLabel, style, firstTotal.x - columns[0]!.x - metrics.padding);
  const texts = totals.flatMap((text, index): TextRun[] => {
    if (text === '') return [];
    const { x, width } = columns[index]!;
    const start = startOf(frame.columns[index]!.align, x, width, widthOf(text, style));
    return [{ kind: 'text', x: left + start, y, text, style }];
  });
  const bar: Rectangle = { x: left, y: region.y, width: region.width, height: region.height };
  return [
    { kind: 'path', fill: tint(theme.accent, totalsTint), rectangles: [bar] },
    { kind: 'text', x: left + columns[0]!.x, y, text: label, style },
    ...texts,
  ];
}
