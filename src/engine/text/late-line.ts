/** Lines that say how many pages there are, which is known when the last of them is finished. */
import type { Alignment, FinishedDocument, PageItem, TextPart, TextStyle } from '../model/page';
import { startOf } from './align';
import { widthOf } from './break-lines';

/** The number of pages has this much room before it is known. */
const TOTAL_SLOT = '00000';

/** What stands for a value while lines are broken. */
export function slotOf(part: Exclude<TextPart, string>, pageNumber: number): string {
  return part.late === 'page.number' ? String(pageNumber) : TOTAL_SLOT;
}

/** The parts on the page of this number. */
export function numbered(parts: readonly TextPart[], pageNumber: number): readonly TextPart[] {
  return parts.map((part) => (typeof part !== 'string' && part.late === 'page.number' ? String(pageNumber) : part));
}

/** The text of parts that are numbered. */
export function filled(parts: readonly TextPart[], { pages }: Pick<FinishedDocument, 'pages'>): string {
  return parts.map((part) => (typeof part === 'string' ? part : String(pages))).join('');
}

/** Where a line stands. */
interface Box {
  /** Left end of the baseline. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly align: Alignment;
  readonly style: TextStyle;
}

/**
 * All of the line is late, for where it is centred or ends at the margin it moves with the value's width. Where the value
 * is wider than its slot and leaves the line no room, the line is set smaller, as much as it takes.
 */
export function lateLine(parts: readonly TextPart[], { x, y, width, align, style }: Box): PageItem {
  // Room for every letter with its accents.
  const ascent = style.size * 1.2;
  return {
    kind: 'late',
    x,
    y: y - ascent,
    marks: {
      width,
      height: style.size * 1.6,
      needsDocument: true,
      resolve(document) {
        if (!document) return undefined;
        const text = filled(parts, document);
        const natural = widthOf(text, style);
        const scale = Math.min(1, width / natural);
        const fitting = scale < 1 ? { ...style, size: style.size * scale } : style;
        return [{ kind: 'text', x: startOf(align, 0, width, natural * scale), y: ascent, text, style: fitting }];
      },
    },
  };
}
