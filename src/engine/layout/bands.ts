import type { PlaceContext, Region } from '../model/element';
import type { Warnings } from '../model/faults';
import type { PageItem } from '../model/page';
import type { BoundReport, Piece } from '../model/report';
import { band, colors } from '../model/theme';
import { shorten, widthOf } from '../text/break-lines';
import type { Paragraph } from '../text/paragraph';
import { startOf } from '../text/align';
import { bandPlaces } from './band-places';

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
  const full = { x: margins.left, y: 0, width: width - margins.left - margins.right, height: room, isFresh: true };
  const texts = pieces.map(({ content }) => content).filter(isParagraph);
  const places =
    texts.length === pieces.length ? bandPlaces(texts, full.width) : pieces.map(() => ({ x: 0, width: full.width }));
  const cut = new Set<number>();
  const placements = pieces.map(({ element, content }, index) => {
    const place = places[index];
    if (!place) {
      cut.add(index);
      return { items: [], height: 0 };
    }
    const region = { ...full, x: margins.left + place.x, width: place.width };
    const placement = element.place(content, region, context);
    if (placement.rest === undefined) return placement;
    cut.add(index);
    return { ...placement, items: withEllipsis(placement.items, region) };
  });
  if (cut.size > 0) warnings.add('band_cut', 'The texts of a header or footer have no room in it, and were cut.');
  return {
    items: placements.flatMap((placement) => placement.items),
    height: Math.max(0, ...placements.map((placement) => placement.height)),
  };
}

/** Bands hold texts only, as the language is; another element would have all of the width. */
const isParagraph = (content: unknown): content is Paragraph =>
  typeof content === 'object' && content !== null && 'parts' in content;

/** Ends the last line with an ellipsis, within the region. */
function withEllipsis(items: readonly PageItem[], region: Region): PageItem[] {
  const last = items.at(-1);
  if (last?.kind !== 'text') return [...items];
  const text = shorten(`${last.text}…`, last.style, region.width);
  const before = last.x - region.x;
  const after = region.width - before - widthOf(last.text, last.style);
  const align = before < 0.01 ? 'start' : after < 0.01 ? 'end' : 'center';
  return [
    ...items.slice(0, -1),
    { ...last, text, x: startOf(align, region.x, region.width, widthOf(text, last.style)) },
  ];
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
