import type { PlaceContext, Placement, Region } from '../model/element';
import type { Alignment, PageItem, TextPart, TextStyle } from '../model/page';
import { baselineIn, startOf } from './align';
import { breakLines, widthOf } from './break-lines';
import { clean } from './clean';
import { lateLine, numbered, slotOf } from './late-line';

/** Lines of one style and alignment. */
export interface Paragraph {
  readonly parts: readonly TextPart[];
  readonly style: TextStyle;
  readonly align: Alignment;
  /** Height of a line over its size. */
  readonly leading: number;
  /** Free space above, in points, where something stands there. */
  readonly before: number;
}

type Line = readonly TextPart[];

/** Fewer lines than this are left alone on neither side of a page break. */
const MIN_LINES = 2;

/** Places what fits; the rest is a paragraph of the lines that did not. */
export function placeParagraph(
  paragraph: Paragraph,
  region: Region,
  { pageNumber }: Pick<PlaceContext, 'pageNumber'>,
): Placement<Paragraph> {
  const before = region.isFresh ? 0 : paragraph.before;
  const pitch = paragraph.style.size * paragraph.leading;
  const room = Math.floor((region.height - before + 1e-6) / pitch);
  const lines = linesOf(paragraph, region.width, pageNumber);
  const count = linesThatFit(lines.length, room, region.isFresh);
  if (count === 0) return { items: [], height: 0, rest: paragraph };
  const items = lines
    .slice(0, count)
    .map((line, index) =>
      alignedLine(numbered(line, pageNumber), paragraph, region, region.y + before + index * pitch),
    );
  const rest = count < lines.length ? { ...paragraph, parts: joined(lines.slice(count)) } : undefined;
  return { items, height: before + count * pitch, leadsOver: true, ...(rest && { rest }) };
}

/** Broken as if what is not known yet were as wide as its slot. */
function linesOf({ parts, style }: Paragraph, width: number, pageNumber: number): readonly Line[] {
  if (parts.every((part) => typeof part === 'string')) {
    return breakLines(parts.join(''), style, width).map((line) => [line]);
  }
  const slots = parts.map((part) => (typeof part === 'string' ? clean(part) : slotOf(part, pageNumber)));
  const text = slots.join('');
  let end = 0;
  return breakLines(text, style, width).map((line) => {
    // Between lines stand spaces and line feeds only, so that the next one is the first that is found.
    const start = text.indexOf(line, end);
    end = start + line.length;
    return partsBetween(start, end, parts, slots);
  });
}

/** What is not known yet belongs to where its slot begins. */
function partsBetween(start: number, end: number, parts: Line, slots: readonly string[]): Line {
  let index = 0;
  return slots.flatMap((slot, position): Line => {
    const part = parts[position]!;
    const from = index;
    index += slot.length;
    if (typeof part !== 'string') return from >= start && from < end ? [part] : [];
    const text = slot.slice(Math.max(0, start - from), Math.max(0, end - from));
    return text === '' ? [] : [text];
  });
}

/** Texts that follow each other are one. */
function joined(lines: readonly Line[]): TextPart[] {
  const parts: TextPart[] = [];
  for (const part of lines.flatMap((line, index) => (index === 0 ? line : ['\n', ...line]))) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

function linesThatFit(lines: number, room: number, isFresh: boolean): number {
  if (lines <= room) return lines;
  if (isFresh) return Math.max(1, lines - room < MIN_LINES && room > MIN_LINES ? room - 1 : room);
  const count = lines - room < MIN_LINES ? lines - MIN_LINES : room;
  return count < MIN_LINES ? 0 : count;
}

function alignedLine(parts: Line, paragraph: Paragraph, region: Region, top: number): PageItem {
  const { style, align, leading } = paragraph;
  const y = baselineIn(top, style.size * leading, style);
  const text = textOf(parts);
  if (text === undefined) return lateLine(parts, { x: region.x, y, width: region.width, align, style });
  const x = align === 'start' ? region.x : startOf(align, region.x, region.width, widthOf(text, style));
  return { kind: 'text', x, y, text, style };
}

const textOf = (parts: Line): string | undefined =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
