import type { TextStyle } from '../../model/page';
import { breakLines, widthOf } from '../../text/break-lines';

/** A number or a date as it fits its cell. */
export interface Figures {
  readonly lines: readonly string[];
  readonly style: TextStyle;
}

/** Stands for what does not fit: no amount at all is better than one that looks like another. */
const UNFIT = '###';

/**
 * Lines no wider than `width` points that break between words only, smaller where they must be. `undefined` where the text
 * does not fit even at {@link smallest} of its size.
 */
export function fitFigures(text: string, style: TextStyle, width: number, maxLines = Infinity): Figures | undefined {
  // Widths grow with the size, so the longest word at one size tells about all.
  const word = Math.max(...text.split(/[ \n]/).map((each) => widthOf(each, style)));
  for (const smaller of sizesOf(style)) {
    if ((word * smaller.size) / style.size > width) continue;
    const lines = breakLines(text, smaller, width);
    if (lines.length <= maxLines) return { lines, style: smaller };
  }
  return undefined;
}

/** As many signs as fit, one at least. */
export function unfitFigures(style: TextStyle, width: number): Figures {
  const smaller = sizesOf(style).at(-1)!;
  const count = Math.floor(width / widthOf('#', smaller));
  return { lines: [UNFIT.slice(0, Math.max(1, count))], style: smaller };
}

const smallest = 0.7;
const step = 0.05;

/** One object for each size, since styles are compared by identity. */
const sizes = new WeakMap<TextStyle, readonly TextStyle[]>();

function sizesOf(style: TextStyle): readonly TextStyle[] {
  let known = sizes.get(style);
  if (!known) {
    const count = Math.round((1 - smallest) / step);
    known = Array.from({ length: count + 1 }, (_, index) =>
      index === 0 ? style : { ...style, size: style.size * (1 - index * step) },
    );
    sizes.set(style, known);
  }
  return known;
}
