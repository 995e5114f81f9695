import type { PlaceContext, Placement, Region } from '../../model/element';
import type { TableContent } from './bind-table';
import type { Row } from './measure-table';
import { cellPitch, geometryOf, measureRow, rowHeight, rowPadding } from './measure-table';
import { paintEmpty, paintRows, paintTotals } from './paint-table';

/** In points; the totals come below the last row. */
const totalsHeight = 24;
const spaceBefore = 10;

/**
 * Places as many whole rows as fit, under the header where the table or the page begins. The totals come with the last
 * row, never alone. A row that is higher than a fresh region is split between lines.
 */
export function placeTable(content: TableContent, region: Region, context: PlaceContext): Placement<TableContent> {
  const { frame } = content;
  const geometry = context.shared(frame, () => geometryOf(frame, region.width));
  const top = region.y + (content.isStart && !region.isFresh ? spaceBefore : 0);
  const header =
    content.isStart || region.isFresh ? [{ kind: 'group' as const, x: region.x, y: top, marks: geometry.header }] : [];
  const bodyTop = top + (header.length > 0 ? geometry.header.height : 0);
  const room = region.y + region.height - bodyTop + 1e-6;

  const { rows, rest } =
    content.rows.length === 0 ? emptyRow(content, room, region) : rowsThatFit(content, geometry, room, region.isFresh);
  if (rows.length === 0) return { items: [], height: 0, rest: content };
  const bodyEnd = bodyTop + rows.reduce((sum, row) => sum + row.height, 0);
  const body =
    content.rows.length === 0
      ? paintEmpty(frame, region, bodyTop, rowHeight)
      : paintRows(rows, content, geometry, { ...region, y: bodyTop });
  if (rest) return { items: [...header, ...body], height: bodyEnd - region.y, rest };
  if (!content.totals) return { items: [...header, ...body], height: bodyEnd - region.y };
  const totals = paintTotals(
    content,
    content.totals,
    geometry,
    { ...region, y: bodyEnd, height: totalsHeight },
    context.theme,
  );
  return { items: [...header, ...body, ...totals], height: bodyEnd + totalsHeight - region.y };
}

interface Fit {
  readonly rows: readonly Row[];
  readonly rest?: TableContent;
}

/** A table without rows says so where its rows would stand. */
function emptyRow(content: TableContent, room: number, region: Region): Fit {
  const needed = rowHeight + (content.totals ? totalsHeight : 0);
  return needed > room && !region.isFresh ? { rows: [], rest: content } : { rows: [{ cells: [], height: rowHeight }] };
}

function rowsThatFit(
  content: TableContent,
  geometry: ReturnType<typeof geometryOf>,
  room: number,
  isFresh: boolean,
): Fit {
  const rows: Row[] = [];
  let free = room;
  for (const [index, cells] of content.rows.entries()) {
    const row = measureRow(cells, content.frame, geometry);
    const closing = content.totals && index === content.rows.length - 1 ? totalsHeight : 0;
    if (row.height + closing <= free) {
      rows.push(row);
      free -= row.height;
      continue;
    }
    if (index > 0 || !isFresh) return { rows, rest: restFrom(content, index) };
    return splitRow(content, row, free, closing > 0 && row.height <= free);
  }
  return { rows };
}

/** The first row does not fit even here: as many of its lines as do, at least one; the others begin the rest. */
function splitRow(content: TableContent, row: Row, room: number, isOnlyForTotals: boolean): Fit {
  const lines = Math.max(...row.cells.map((cell) => cell.length));
  const fitting = Math.floor((room - 2 * rowPadding) / cellPitch);
  const count = Math.max(1, Math.min(fitting, isOnlyForTotals ? lines - 1 : lines));
  if (count >= lines) return content.rows.length > 1 ? { rows: [row], rest: restFrom(content, 1) } : { rows: [row] };
  const head: Row = {
    cells: row.cells.map((cell) => cell.slice(0, count)),
    height: count * cellPitch + 2 * rowPadding,
  };
  const tail = row.cells.map((cell) => cell.slice(count).join('\n'));
  return { rows: [head], rest: { ...content, rows: [tail, ...content.rows.slice(1)], isStart: false } };
}

function restFrom(content: TableContent, index: number): TableContent {
  if (index === 0) return content;
  return { ...content, rows: content.rows.slice(index), firstIndex: content.firstIndex + index, isStart: false };
}
