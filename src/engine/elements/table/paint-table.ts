import type { Region } from '../../model/element';
import type { PageItem, Rectangle, TextRun, TextStyle } from '../../model/page';
import type { Theme } from '../../model/theme';
import { colors, tint, type } from '../../model/theme';
import { shorten, widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/paragraph';
import type { TableContent, TableFrame } from './bind-table';
import type { Geometry, Row } from './measure-table';
import { cellPitch, rowPadding } from './measure-table';

const rowRule = 0.4;
const totalsStyle: TextStyle = { size: type.cell.size, weight: 600, color: colors.ink, tabular: true };
const emptyStyle: TextStyle = { ...type.cell, color: colors.muted, tabular: false };

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
    for (const [column, lines] of row.cells.entries()) {
      const { x, width, style } = geometry.columns[column]!;
      const { align } = frame.columns[column]!;
      for (const [line, text] of lines.entries()) {
        if (text === '') continue;
        const start = align === 'start' ? x : startOf(align, x, width, widthOf(text, style));
        const y = baselineIn(top + rowPadding + line * cellPitch, cellPitch, style);
        texts.push({ kind: 'text', x: region.x + start, y, text, style });
      }
    }
    top = bottom;
  }
  const grounds: PageItem[] = tints.length > 0 ? [{ kind: 'path', fill: colors.zebra, rectangles: tints }] : [];
  return [...grounds, { kind: 'path', fill: colors.line, rectangles: rules }, ...texts];
}

export function paintEmpty(frame: TableFrame, region: Region, top: number, height: number): PageItem[] {
  if (frame.empty === '') return [];
  const { x } = { x: region.x + 6 };
  const text = shorten(frame.empty, emptyStyle, region.width - 12);
  return [{ kind: 'text', x, y: baselineIn(top, height, emptyStyle), text, style: emptyStyle }];
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
  const y = baselineIn(region.y, region.height, totalsStyle);
  const bar: Rectangle = { x: region.x, y: region.y, width: region.width, height: region.height };
  const firstTotal = frame.columns.findIndex((column) => column.hasTotal);
  const [first, stop] = [geometry.columns[0]!, geometry.columns[firstTotal]!];
  const label = shorten(frame.totalsLabel, totalsStyle, stop.x - first.x - 6);
  const texts = totals.flatMap((total, index): TextRun[] => {
    if (total === '') return [];
    const { x, width } = geometry.columns[index]!;
    const text = shorten(total, totalsStyle, Number.POSITIVE_INFINITY);
    const start = startOf(frame.columns[index]!.align, x, width, widthOf(text, totalsStyle));
    return [{ kind: 'text', x: region.x + start, y, text, style: totalsStyle }];
  });
  return [
    { kind: 'path', fill: tint(theme.accent, totalsTint), rectangles: [bar] },
    { kind: 'text', x: region.x + first.x, y, text: label, style: totalsStyle },
    ...texts,
  ];
}
