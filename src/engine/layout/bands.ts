import type { PlaceContext, Placement, Region } from '../model/element';
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
  if (pieces.length === 0) return { items: [], height: 0 };
  const { width, margins } = report.page;
  const room = Math.min(margins.top, margins.bottom) - band.rule - band.text;
  const full = { x: margins.left, y: 0, width: width - margins.left - margins.right, height: room, isFresh: true };
  const columns = columnsOf(pieces);
  const places = isOfTexts(columns)
    ? bandPlaces(
        columns.map((column) => column.map(({ content }) => content)),
        full.width,
      )
    : columns.map(() => ({ x: 0, width: full.width }));
  const cut = new Set<Piece>();
  const stacks = columns.map((column, index): Pick<Placement<unknown>, 'items' | 'height'> => {
    const place = places[index];
    if (place) return stack(column, { ...full, x: margins.left + place.x, width: place.width }, context, cut);
    column.forEach((piece) => cut.add(piece));
    return { items: [], height: 0 };
  });
  if (cut.size > 0) warnings.add('band_cut', 'The texts of a header or footer have no room in it, and were cut.');
  return {
    items: stacks.flatMap(({ items }) => items),
    height: Math.max(...stacks.map(({ height }) => height)),
  };
}

/** Texts of the same alignment, of which an author may have given several with conditions, stand below each other. */
function columnsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const columns = new Map<unknown, Piece[]>();
  for (const piece of pieces) {
    const key = isText(piece) ? piece.content.align : piece;
    columns.set(key, [...(columns.get(key) ?? []), piece]);
  }
  return [...columns.values()];
}

function stack(
  pieces: readonly Piece[],
  full: Region,
  context: PlaceContext,
  cut: Set<Piece>,
): { items: PageItem[]; height: number } {
  const items: PageItem[] = [];
  let height = 0;
  for (const piece of pieces) {
    const region = { ...full, y: full.y + height, height: full.height - height };
    const placement = piece.element.place(piece.content, region, context);
    const isWhole = placement.rest === undefined;
    if (!isWhole) cut.add(piece);
    // On its own, a line is shown even in a margin that is too low for it.
    if (height > 0 && placement.height > region.height) {
      cut.add(piece);
      break;
    }
    items.push(...(isWhole ? placement.items : withEllipsis(placement.items, region)));
    height += placement.height;
  }
  return { items, height };
}

type BandText = Piece & { readonly content: Paragraph };

/** Bands hold texts only, as the language is; another element would have all of the width. */
const isText = (piece: Piece): piece is BandText =>
  typeof piece.content === 'object' && piece.content !== null && 'parts' in piece.content;

const isOfTexts = (columns: readonly (readonly Piece[])[]): columns is readonly (readonly BandText[])[] =>
  columns.every((column) => column.every(isText));

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
