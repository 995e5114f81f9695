import type { PlaceContext, Placement, Region } from '../../model/element';
import { AmountBars } from './amount-bars';
import type { Fit } from './fit-lines';
import { amountsAfter, fitLines } from './fit-lines';
import type { Geometry } from './geometry';
import { geometryOf } from './geometry';
import type { MeasuredLine } from './measure-table';
import { TablePainter } from './paint-table';
import type { ContinuedGroup, TableContent } from './table-content';
import { groupHeight } from './table-metrics';

/** In points, where something stands above the table. */
const spaceBefore = 10;

/** Sums of rounded heights may differ by this. */
const tolerance = 1e-6;

/** What a stretch of a table is placed with. */
interface Setting {
  readonly geometry: Geometry;
  readonly painter: TablePainter;
  readonly bars: AmountBars;
  readonly context: PlaceContext;
}

/**
 * Places as many whole lines as fit, under the header where the table or the page begins. What goes on on a further page
 * begins there with the headers of the groups that are open and the amounts brought forward. Pages keep room for their own
 * totals, and all but the last for what they carry forward.
 */
export function placeTable(content: TableContent, region: Region, context: PlaceContext): Placement<TableContent> {
  const { frame } = content;
  const geometry = context.shared(frame, () => geometryOf(frame, region.width, context));
  const painter = new TablePainter(frame, geometry, region.x, region.width);
  const bars = new AmountBars(frame, geometry, painter);
  const setting = { geometry, painter, bars, context };
  const hasHeader = content.isStart || region.isFresh;
  const headerTop = region.y + (content.isStart && !region.isFresh ? spaceBefore : 0);
  const bottom = region.y + region.height + tolerance;
  let top = headerTop + (hasHeader ? geometry.header.height : 0);
  if (region.isFresh) top = placeContinued(content, setting, top, bottom);

  const room = { height: bottom - top - bars.pageHeight, reserved: bars.carryHeight, isFresh: region.isFresh };
  const fit =
    content.lines.length > 0 ? fitLines(content, geometry, room) : placeNoRows(geometry, bottom - top, region.isFresh);
  if (!fit || (fit.rest && fit.lines.length === 0 && content.isStart))
    return { items: [], height: 0, rest: content, takesIntroduction: true };
  if (content.lines.length === 0) {
    painter.empty(top);
    top += fit.height;
  } else top = placeLines(content, fit, setting, top);
  const header = { kind: 'group' as const, x: region.x, y: headerTop, marks: geometry.header };
  return {
    items: [...(hasHeader ? [header] : []), ...painter.items()],
    height: top - region.y,
    ...(fit.rest && { rest: fit.rest }),
  };
}

/** A table without rows says so where the first would stand, and has no totals. */
function placeNoRows({ metrics }: Geometry, room: number, isFresh: boolean): Fit | undefined {
  return isFresh || metrics.rowHeight <= room ? { lines: [], height: metrics.rowHeight } : undefined;
}

/** Lines, none where nothing more fits, and what a page that ends with them adds up. */
function placeLines(content: TableContent, { lines, rest }: Fit, setting: Setting, top: number): number {
  const { painter, bars, context } = setting;
  const begin = bars.atBeginOfPage(content, context);
  if (rest) {
    const y = bars.page(begin, rest.amounts, painter.lines(lines, top, context), context);
    return bars.carried('forward', rest, y, context);
  }
  if (!content.isEnd) return painter.lines(lines, top, context);
  // The totals of the table are the last to be said.
  const isTotal = ({ line }: MeasuredLine): boolean => line.kind === 'sums' && line.level < 0;
  const end = lines.length - (isTotal(lines.at(-1)!) ? 1 : 0);
  const y = bars.page(begin, amountsAfter(content), painter.lines(lines.slice(0, end), top, context), context);
  return painter.lines(lines.slice(end), y, context);
}

/**
 * Group headers are repeated where they leave the better part of the page to the lines. What is brought forward stands below
 * the header of the group whose it is.
 */
function placeContinued(content: TableContent, setting: Setting, top: number, bottom: number): number {
  const { geometry, painter, bars, context } = setting;
  const { within = -1 } = content.frame.carry ?? {};
  const groups = content.lines[0]?.openGroups ?? [];
  const room = bottom - top - bars.broughtHeight(content) - bars.pageHeight - bars.carryHeight;
  const repeated = heightOfGroups(groups, geometry) <= room / 2 ? groups : [];
  let y = top;
  const place = (group: ContinuedGroup): void => {
    painter.group(group, y, context);
    y += groupHeight(group.level, geometry.metrics);
  };
  repeated.filter(({ level }) => level <= within).forEach(place);
  y = bars.carried('brought', content, y, context);
  repeated.filter(({ level }) => level > within).forEach(place);
  return y;
}

const heightOfGroups = (groups: readonly ContinuedGroup[], { metrics }: Geometry): number =>
  groups.reduce((sum, { level }) => sum + groupHeight(level, metrics), 0);
