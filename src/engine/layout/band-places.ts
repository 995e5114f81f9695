import type { Alignment } from '../model/page';
import { breakLines, widthOf } from '../text/break-lines';
import { slotOf } from '../text/late-line';
import type { Paragraph } from '../text/paragraph';

/** A share of a band, in points from its left end. */
export interface BandPlace {
  readonly x: number;
  readonly width: number;
}

const MIN_WIDTH = 24;

/** Between texts of different alignments. */
const gap = 12;

/**
 * Where the texts of a band stand, side by side; those of one alignment share a place. Each has the whole width as long as
 * none touches another. Else a line with the number of pages gets what it needs, and of the others the shorter ones do, before
 * the rest is shared. A text that would have next to nothing has no place.
 */
export function bandPlaces(
  columns: readonly (readonly Paragraph[])[],
  width: number,
): readonly (BandPlace | undefined)[] {
  if (columns.length < 2) return columns.map(() => ({ x: 0, width }));
  const needs = columns.map((texts) => Math.max(...texts.map(naturalWidth)));
  const aligns = columns.map((texts) => texts[0]!.align);
  const need = (align: Alignment): number => {
    const index = aligns.indexOf(align);
    return index < 0 ? 0 : needs[index]! + gap;
  };
  const isCentred = aligns.includes('center');
  const taken = isCentred
    ? 2 * Math.max(need('start'), need('end')) + need('center') - gap
    : need('start') + need('end') - gap;
  if (taken <= width) return columns.map(() => ({ x: 0, width }));
  const isLate = columns.map((texts) => texts.some(hasLate));
  const widths = allot(needs, isLate, width - gap * (columns.length - 1));
  const widthAt = (align: Alignment): number => widths[aligns.indexOf(align)] ?? 0;
  return aligns.map((align, index) => {
    const own = widths[index]!;
    if (own < Math.min(needs[index]!, MIN_WIDTH)) return undefined;
    if (align === 'start') return { x: 0, width: own };
    if (align === 'end') return { x: width - own, width: own };
    // In the middle of the page where its neighbours leave that free.
    const least = widthAt('start') === 0 ? 0 : widthAt('start') + gap;
    const most = width - own - (widthAt('end') === 0 ? 0 : widthAt('end') + gap);
    return { x: Math.min(Math.max((width - own) / 2, least), most), width: own };
  });
}

function allot(needs: readonly number[], isLate: readonly boolean[], width: number): number[] {
  const widths = needs.map(() => 0);
  const order = [...needs.keys()].sort((a, b) => Number(isLate[b]) - Number(isLate[a]) || needs[a]! - needs[b]!);
  let free = width;
  for (const [position, index] of order.entries()) {
    const share = isLate[index] ? free : free / (order.length - position);
    widths[index] = Math.max(0, Math.min(needs[index]!, share));
    free -= widths[index];
  }
  return widths;
}

const hasLate = ({ parts }: Paragraph): boolean => parts.some((part) => typeof part !== 'string');

/** Of the longest line, as the author broke them. */
function naturalWidth({ parts, style }: Paragraph): number {
  // The page's own number is text in a band.
  const text = parts.map((part) => (typeof part === 'string' ? part : slotOf(part, 0))).join('');
  return Math.max(...breakLines(text, style, Infinity).map((line) => widthOf(line, style))) + 0.01;
}
