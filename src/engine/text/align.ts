import type { Alignment, TextStyle } from '../model/page';
import { faceOf } from './face';

/** Baseline of a line of this height whose top is at `top`: capitals stand in its middle. */
export function baselineIn(top: number, height: number, style: TextStyle): number {
  return top + (height + faceOf(style).capHeight * style.size) / 2;
}

/** Left end of text of this width in a box. */
export function startOf(align: Alignment, x: number, boxWidth: number, width: number): number {
  if (align === 'start') return x;
  return align === 'end' ? x + boxWidth - width : x + (boxWidth - width) / 2;
}
