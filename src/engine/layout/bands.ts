import type { PlaceContext } from '../model/element';
import type { Warnings } from '../model/faults';
import type { PageItem } from '../model/page';
import type { BoundReport, Piece } from '../model/report';
import { band, colors } from '../model/theme';

/** The header and the footer of a page: texts side by side in the margins, parted from the body by hairlines. */
export function layOutBands(
  report: BoundReport,
  pageNumber: number,
  context: PlaceContext,
  warnings: Warnings,
): PageItem[] {
  const { margins, height } = report.page;
  const header = layOutBand(report.header(pageNumber), report, context, warnings);
  const footer = layOutBand(report.footer(pageNumber), report, context, warnings);
  const headerRule = margins.top - band.rule;
  const footerRule = height - margins.bottom + band.rule;
  return [
    ...(header.items.length > 0 ? [rule(report, headerRule)] : []),
    ...header.items.map((item) => moved(item, headerRule - band.text - header.height)),
    ...(footer.items.length > 0 ? [rule(report, footerRule)] : []),
    ...footer.items.map((item) => moved(item, footerRule + band.text)),
  ];
}

/** The band with its top at 0. */
function layOutBand(
  pieces: readonly Piece[],
  report: BoundReport,
  context: PlaceContext,
  warnings: Warnings,
): { items: PageItem[]; height: number } {
  const { width, margins } = report.page;
  const room = Math.min(margins.top, margins.bottom) - band.rule - band.text;
  const region = { x: margins.left, y: 0, width: width - margins.left - margins.right, height: room, isFresh: true };
  const placements = pieces.map(({ element, content }) => element.place(content, region, context));
  if (placements.some((placement) => placement.rest !== undefined)) {
    warnings.add('band_cut', 'A header or footer is longer than its margin is high, and was cut.');
  }
  return {
    items: placements.flatMap((placement) => placement.items),
    height: Math.max(0, ...placements.map((placement) => placement.height)),
  };
}

function rule(report: BoundReport, y: number): PageItem {
  const { width, margins } = report.page;
  const x = margins.left;
  return {
    kind: 'path',
    fill: colors.line,
    rectangles: [{ x, y, width: width - x - margins.right, height: band.ruleWidth }],
  };
}

function moved(item: PageItem, dy: number): PageItem {
  if (item.kind !== 'path') return { ...item, y: item.y + dy };
  return { ...item, rectangles: item.rectangles.map((each) => ({ ...each, y: each.y + dy })) };
}
