import type { FinishedDocument, LateMarks, Link, Path, PlacedMark, Rectangle, TextRun } from '../../model/page';
import { colors, type } from '../../model/theme';
import { baselineIn } from '../../text/align';
import { shorten, widthOf } from '../../text/break-lines';
import { filled } from '../../text/late-line';

/** Height of a line in points. */
export const pitch = 17;

/** Of a line under another. */
const indent = 14;

/** Around the leader. */
const gap = 6;

const dot = { size: 0.7, pitch: 3.5 } as const;

const { size } = type.body;
const outerStyle = { size, weight: 600, color: colors.ink, tabular: false } as const;
const innerStyle = { size, weight: 400, color: colors.body, tabular: false } as const;
const numberStyle = { size, weight: 400, color: colors.body, tabular: true } as const;

interface Lines {
  /** Says which bookmarks of the document are listed. */
  readonly isListed: (mark: PlacedMark) => boolean;
  /** Index of the first line among those of the table of contents. */
  readonly first: number;
  readonly count: number;
  /** In points. */
  readonly width: number;
}

/** Some lines of a table of contents: a title that leads to its place, dots, and the number of the page. */
export function linesOfContents({ isListed, first, count, width }: Lines): LateMarks {
  return {
    width,
    height: count * pitch,
    needsDocument: true,
    hasLinks: true,
    resolve(document) {
      if (!document) return undefined;
      const depths = depthsOf(document.marks.filter(isListed));
      const dots: Rectangle[] = [];
      const lines = [...depths].slice(first, first + count).flatMap(([mark, depth], index): (TextRun | Link)[] => {
        const top = index * pitch;
        const number = String(mark.page);
        const text = lineOf(mark, depth, { top, width, document });
        dots.push(...leader(text, top, width - slotOf(document)));
        return [
          text,
          { kind: 'text', x: width - widthOf(number, numberStyle), y: text.y, text: number, style: numberStyle },
          { kind: 'link', x: 0, y: top, width, height: pitch, to: mark },
        ];
      });
      const leaders: Path = { kind: 'path', fill: colors.muted, rectangles: dots };
      return dots.length > 0 ? [leaders, ...lines] : lines;
    },
  };
}

/** How many of the marks each stands under. */
function depthsOf(marks: readonly PlacedMark[]): Map<PlacedMark, number> {
  const open: number[] = [];
  return new Map(
    marks.map((mark) => {
      while (open.length > 0 && open.at(-1)! >= mark.level) open.pop();
      return [mark, open.push(mark.level) - 1];
    }),
  );
}

/** As wide as the widest number, so that all leaders end below each other. */
const slotOf = ({ pages }: FinishedDocument): number => widthOf(String(pages), numberStyle) + gap;

function lineOf(
  mark: PlacedMark,
  depth: number,
  { top, width, document }: { top: number; width: number; document: FinishedDocument },
): TextRun {
  const style = depth === 0 ? outerStyle : innerStyle;
  const x = Math.min(depth * indent, width / 2);
  const text = shorten(filled(mark.title, document), style, width - x - slotOf(document) - gap);
  return { kind: 'text', x, y: baselineIn(top, pitch, style), text, style };
}

/** Dots on a grid that begins at `end`, from there back to the title. */
function leader({ x, y, text, style }: TextRun, top: number, end: number): Rectangle[] {
  const count = Math.max(0, Math.floor((end - x - widthOf(text, style) - gap) / dot.pitch));
  return Array.from({ length: count }, (_, index) => {
    return { x: end - (index + 1) * dot.pitch, y: Math.max(top, y - dot.size), width: dot.size, height: dot.size };
  });
}
