import type { TextStyle } from '../../model/page';
import { breakLines, shorten } from '../../text/break-lines';

/** Broken into lines of which the last is shortened where there would be more than `most`. */
export function fewLines(text: string, style: TextStyle, width: number, most: number): string[] {
  const lines = breakLines(text, style, width);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most - 1);
  return [...kept, shorten(lines.slice(most - 1).join(' '), style, width)];
}
