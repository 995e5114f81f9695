import type { PlaceContext, Placement, Region } from '../../model/element';
import { fitLines } from './fit-lines';
import { measureSums } from './measure-sums';
import type { MeasuredSums } from './measure-sums';
import type { Geometry } from './geometry';
import { geometryOf } from './geometry';
import { TablePainter } from './paint-table';
import type { ContinuedGroup, TableContent } from './table-content';
import { groupHeight } from './table-metrics';

/** In points, where something stands above the table. */
const spaceBefore = 10;

/** Sums of rounded heights may differ by this. */
const tolerance = 1e-6;

/**
 * Places as many whole lines as fit, under the header where the table or the page begins. What goes on on a further page
 * begins there with the headers of the groups that are open and the amounts brought forward; where amounts are carried,
 * every page but the last keeps room for them.
 */
export function placeTable(content: TableContent, region: Region, context: PlaceContext): Placement<TableContent> {
  const geometry = context.shared(content.frame, () => geometryOf(content.frame, region.width, context));
  const painter = new TablePainter(content.frame, geometry, region.x, region.width);
  const hasHeader = content.isStart || region.isFresh;
  const headerTop = region.y + (content.isStart && !region.isFresh ? spaceBefore : 0);
  const bottom = region.y + region.height + tolerance;
  let top = headerTop + (hasHeader ? geometry.header.height : 0);
  if (region.isFresh) top = placeContinued(content, painter, { geometry, top, bottom, context });

  const reserved = content.frame.carry ? geometry.metrics.sumsHeight : 0;
  const fit =
    content.lines.length > 0
      ? fitLines(content, geometry, { height: bottom - top, reserved, isFresh: region.isFresh })
      : placeNoRows(geometry, bottom - top, region.isFresh);
  if (!fit) return { items: [], height: 0, rest: content, takesIntroduction: true };
  if (fit.lines.length === 0 && fit.rest) return endPage(content, geometry, painter, region);
  if (content.lines.length > 0) painter.lines(fit.lines, top, context);
  else painter.empty(top);
  top += fit.height;
  if (fit.rest) top = placeForward(fit.rest, geometry, painter, top);
  const header = { kind: 'group' as const, x: region.x, y: headerTop, marks: geometry.header };
  return {
    items: [...(hasHeader ? [header] : []), ...painter.items()],
    height: top - region.y,
    ...(fit.rest && { rest: fit.rest }),
  };
}

/** A table without rows says so where the first would stand, and has no totals. */
function placeNoRows({ metrics }: Geometry, room: number, isFresh: boolean): ReturnType<typeof fitLines> | undefined {
  return isFresh || metrics.rowHeight <= room ? { lines: [], height: metrics.rowHeight } : undefined;
}

/** Nothing more fits here: the page ends with the amounts that it hands on, for which the lines above kept room. */
function endPage(
  content: TableContent,
  geometry: Geometry,
  painter: TablePainter,
  region: Region,
): Placement<TableContent> {
  if (content.isStart) return { items: [], height: 0, rest: content, takesIntroduction: true };
  const end = placeForward(content, geometry, painter, region.y);
  return { items: painter.items(), height: end - region.y, rest: content };
}

function placeForward(rest: TableContent, geometry: Geometry, painter: TablePainter, top: number): number {
  const { carry } = rest.frame;
  if (!carry || !rest.carried) return top;
  const { sumsHeight } = geometry.metrics;
  painter.sums(measureCarry(carry.forward, rest, geometry), geometry.sumsGrounds.innerGroup, top);
  return top + sumsHeight;
}

/** A bar of one line, so that room can be kept for it before its amounts are known. */
function measureCarry(label: string, { frame, carried }: TableContent, geometry: Geometry): MeasuredSums {
  const amounts = frame.carry!.print(carried!);
  return measureSums(label, amounts, frame, geometry, { height: geometry.metrics.sumsHeight, most: 1 });
}

/** Group headers are repeated where they leave the better part of the page to the lines. */
function placeContinued(
  content: TableContent,
  painter: TablePainter,
  { geometry, top, bottom, context }: { geometry: Geometry; top: number; bottom: number; context: PlaceContext },
): number {
  const { carry } = content.frame;
  const { metrics, sumsGrounds } = geometry;
  let y = top;
  if (carry && content.carried) {
    painter.sums(measureCarry(carry.brought, content, geometry), sumsGrounds.innerGroup, y);
    y += metrics.sumsHeight;
  }
  const groups = content.lines[0]?.openGroups ?? [];
  if (heightOfGroups(groups, geometry) > (bottom - y) / 2) return y;
  for (const group of groups) {
    painter.group(group, y, context);
    y += groupHeight(group.level, metrics);
  }
  return y;
}

const heightOfGroups = (groups: readonly ContinuedGroup[], { metrics }: Geometry): number =>
  groups.reduce((sum, { level }) => sum + groupHeight(level, metrics), 0);
