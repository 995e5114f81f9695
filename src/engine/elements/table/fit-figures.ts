import type { TextStyle } from '../../model/page';
import { breakLines, widthOf } from '../../text/break-lines';

/** A number or a date as it fits its cell. */
export interface Figures {
  readonly lines: readonly string[];
  readonly style: TextStyle;
  /** Whether {@link UNFIT} stands for a value. */
  readonly isUnfit?: boolean;
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

const NUMBERS = /[+\u2212]?\p{Sc}?\p{Nd}+(?:[.,'’\u00a0\u202f\u066b\u066c]\p{Nd}+)*[\u00a0\u202f]?[%\p{Sc}]?/gu;

/** Whether a number has decimals or groups: it is an amount, and no identifier. */
const AMOUNT = /\p{Nd}[^\p{Nd}]\p{Nd}/u;

/**
 * A text with numbers in it that are not cut: all of it is set smaller where one has no room, and where that does not help
 * {@link UNFIT} stands for each amount that has none. What has digits only, such as an account number, is cut then.
 */
export function fitNumbers(text: string, style: TextStyle, width: number): Figures {
  const numbers = text.match(NUMBERS) ?? [];
  const isWide = (number: string, { size }: TextStyle): boolean => (widthOf(number, style) * size) / style.size > width;
  const sizes = sizesOf(style);
  const fitting = sizes.find((smaller) => !numbers.some((number) => isWide(number, smaller)));
  if (fitting) return { lines: breakLines(text, fitting, width), style: fitting };
  const smallest = sizes.at(-1)!;
  const isUnfit = (number: string): boolean => AMOUNT.test(number) && isWide(number, smallest);
  const shown = text.replace(NUMBERS, (number) => (isUnfit(number) ? UNFIT : number));
  return { lines: breakLines(shown, smallest, width), style: smallest, isUnfit: numbers.some(isUnfit) };
}

/** As many signs as fit, one at least. */
export function unfitFigures(style: TextStyle, width: number): Figures {
  const smaller = sizesOf(style).at(-1)!;
  const count = Math.floor(width / widthOf('#', smaller));
  return { lines: [UNFIT.slice(0, Math.max(1, count))], style: smaller, isUnfit: true };
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
