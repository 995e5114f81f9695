import type { Placement, Region } from '../model/element';
import type { Alignment, LateText, TextPart, TextRun, TextStyle } from '../model/page';
import { breakLines, widthOf } from './break-lines';
import { faceOf } from './face';

/** Lines of one style and alignment; `parts` that hold a late value make one line that never wraps. */
export interface Paragraph {
  readonly parts: readonly TextPart[];
  readonly style: TextStyle;
  readonly align: Alignment;
  /** Height of a line over its size. */
  readonly leading: number;
  /** Free space above, in points, where something stands there. */
  readonly before: number;
}

/** Fewer lines than this are left alone on neither side of a page break. */
const MIN_LINES = 2;

/** Places what fits; the rest is a paragraph of the lines that did not. */
export function placeParagraph(paragraph: Paragraph, region: Region): Placement<Paragraph> {
  const before = region.isFresh ? 0 : paragraph.before;
  const pitch = paragraph.style.size * paragraph.leading;
  const room = Math.floor((region.height - before + 1e-6) / pitch);
  const texts = paragraph.parts.filter((part) => typeof part === 'string');
  if (texts.length < paragraph.parts.length) {
    if (room < 1) return { items: [], height: 0, rest: paragraph };
    return { items: [lateLine(paragraph, region, region.y + before)], height: before + pitch };
  }
  const lines = breakLines(texts.join(''), paragraph.style, region.width);
  const count = linesThatFit(lines.length, room, region.isFresh);
  if (count === 0) return { items: [], height: 0, rest: paragraph };
  const items = lines
    .slice(0, count)
    .map((line, index) => alignedLine(line, paragraph, region, region.y + before + index * pitch));
  const rest = count < lines.length ? { ...paragraph, parts: [lines.slice(count).join('\n')] } : undefined;
  return { items, height: before + count * pitch, ...(rest && { rest }) };
}

/** Baseline of a line of this height whose top is at `top`: capitals stand in its middle. */
export function baselineIn(top: number, height: number, style: TextStyle): number {
  return top + (height + faceOf(style).capHeight * style.size) / 2;
}

/** Left end of text of this width in a box. */
export function startOf(align: Alignment, x: number, boxWidth: number, width: number): number {
  if (align === 'start') return x;
  return align === 'end' ? x + boxWidth - width : x + (boxWidth - width) / 2;
}

function linesThatFit(lines: number, room: number, isFresh: boolean): number {
  if (lines <= room) return lines;
  if (isFresh) return Math.max(1, lines - room < MIN_LINES && room > MIN_LINES ? room - 1 : room);
  const count = lines - room < MIN_LINES ? lines - MIN_LINES : room;
  return count < MIN_LINES ? 0 : count;
}

function alignedLine(text: string, paragraph: Paragraph, region: Region, top: number): TextRun {
  const { style, align, leading } = paragraph;
  const x = align === 'start' ? region.x : startOf(align, region.x, region.width, widthOf(text, style));
  return { kind: 'text', x, y: baselineIn(top, style.size * leading, style), text, style };
}

function lateLine(paragraph: Paragraph, region: Region, top: number): LateText {
  const { style, align, leading, parts } = paragraph;
  const y = baselineIn(top, style.size * leading, style);
  return { kind: 'late', x: region.x, y, width: region.width, align, parts, style };
}
