import type { PlaceContext, Placement, Region } from '../../model/element';
import type { PageItem } from '../../model/page';
import type { TableContent } from './bind-table';
import type { Geometry, Row } from './measure-table';
import { measureTotals } from './measure-totals';
import { geometryOf, heightOf, measureRow, pitchOf, rowPadding } from './measure-table';
import { paintEmpty, paintRows, paintTotals } from './paint-table';

/** In points, where something stands above the table. */
const spaceBefore = 10;

/**
 * Places as many whole rows as fit, under the header where the table or the page begins. The totals come with the last
 * row, never alone. A row that is higher than a fresh region is split between lines.
 */
export function placeTable(content: TableContent, region: Region, context: PlaceContext): Placement<TableContent> {
  const geometry = context.shared(content.frame, () => geometryOf(content.frame, region.width, context));
  const { header } = geometry;
  const hasHeader = content.isStart || region.isFresh;
  const headerTop = region.y + (content.isStart && !region.isFresh ? spaceBefore : 0);
  const top = headerTop + (hasHeader ? header.height : 0);
  const room = region.y + region.height - top + 1e-6;

  const totals =
    content.totals && content.rows.length > 0 ? measureTotals(content.totals, content.frame, geometry) : undefined;
  const fit =
    content.rows.length > 0
      ? rowsThatFit(content, geometry, room, region.isFresh, totals?.height ?? 0)
      : noRows(geometry);
  const height = fit.rows.reduce((sum, row) => sum + row.height, 0);
  if (fit.rows.length === 0 || (!region.isFresh && height > room)) {
    return { items: [], height: 0, rest: content, takesIntroduction: content.isStart };
  }
  const body = { ...region, y: top };
  const items: PageItem[] = [
    ...(hasHeader ? [{ kind: 'group' as const, x: region.x, y: headerTop, marks: header }] : []),
    ...(content.rows.length > 0
      ? paintRows(fit.rows, content, geometry, body, context)
      : paintEmpty(content.frame, geometry, body)),
  ];
  const end = top + height;
  if (fit.rest) return { items, height: end - region.y, rest: fit.rest };
  if (!totals) return { items, height: end - region.y };
  items.push(...paintTotals(totals, content.frame, geometry, { ...region, y: end }, context));
  return { items, height: end + totals.height - region.y };
}

interface Fit {
  readonly rows: readonly Row[];
  readonly rest?: TableContent;
}

/** A table without rows says so where the first would stand, and has no totals. */
function noRows({ metrics }: Geometry): Fit {
  return { rows: [{ cells: [], height: metrics.rowHeight }] };
}

function rowsThatFit(
  content: TableContent,
  geometry: Geometry,
  room: number,
  isFresh: boolean,
  totalsHeight: number,
): Fit {
  const rows: Row[] = [];
  let free = room;
  for (const [index, cells] of content.rows.entries()) {
    const row = measureRow(cells, content.frame, geometry);
    const isClosing = content.totals !== undefined && index === content.rows.length - 1;
    const closing = isClosing ? totalsHeight : 0;
    if (row.height + closing <= free) {
      rows.push(row);
      free -= row.height;
      continue;
    }
    if (index > 0 || !isFresh) return { rows, rest: restFrom(content, index) };
    return splitRow(content, row, free, geometry);
  }
  return { rows };
}

/** The first row does not fit even here: as many of its lines as do, at least one; the others begin the rest. */
function splitRow(content: TableContent, row: Row, room: number, { metrics }: Geometry): Fit {
  const lines = Math.max(...row.cells.map((cell) => cell.length));
  const fitting = Math.floor((room - 2 * rowPadding(metrics)) / pitchOf(metrics));
  // The last line waits for the totals where only they had no room.
  const count = Math.max(1, Math.min(fitting, lines - 1));
  const head: Row = { ...row, cells: row.cells.map((cell) => cell.slice(0, count)), height: heightOf(count, metrics) };
  const tail = row.cells.map((cell) => cell.slice(count).join('\n'));
  if (lines === 1) return { rows: [row], ...(content.rows.length > 1 && { rest: restFrom(content, 1) }) };
  return { rows: [head], rest: { ...content, rows: [tail, ...content.rows.slice(1)], isStart: false } };
}

function restFrom(content: TableContent, index: number): TableContent {
  if (index === 0) return content;
  return { ...content, rows: content.rows.slice(index), firstIndex: content.firstIndex + index, isStart: false };
}
