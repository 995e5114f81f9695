import type { TextStyle } from '../model/page';
import { clean } from './clean';
import type { Face } from './face';
import { faceOf } from './face';

/** Width of one line in points. */
export function widthOf(text: string, style: TextStyle): number {
  return emsOf(text, faceOf(style)) * style.size;
}

/**
 * Width in points of a text that is one line no wider than `width` just as it is. NaN for any other, and where a character
 * is met for the first time.
 */
export function fittingWidth(text: string, style: TextStyle, width: number): number {
  const ems = faceOf(style).knownWidthOf(text);
  return ems <= width / style.size + TOLERANCE ? ems * style.size : NaN;
}

/**
 * Breaks text into lines no wider than `width` points: at line feeds, else after the last space, hyphen or slash, or
 * beside the last ideograph, that fits (the common cases of UAX #14); a longer word is cut where it must be, but within a
 * number only where that alone is wider. Spaces at a break belong to no line.
 */
export function breakLines(text: string, style: TextStyle, width: number): string[] {
  const face = faceOf(style);
  const limit = width / style.size + TOLERANCE;
  if (face.knownWidthOf(text) <= limit) return [text];
  const cleaned = clean(text);
  if (!cleaned.includes('\n') && emsOf(cleaned, face) <= limit) return [cleaned];
  return cleaned.split('\n').flatMap((paragraph) => breakParagraph(paragraph, face, limit));
}

/** One line: the text as it is where it fits, else its beginning and an ellipsis. */
export function shorten(text: string, style: TextStyle, width: number): string {
  const face = faceOf(style);
  const limit = width / style.size + TOLERANCE;
  if (face.knownWidthOf(text) <= limit) return text;
  const line = clean(text).replaceAll('\n', ' ');
  if (emsOf(line, face) <= limit) return line;
  const end = beforeNumber(line, 0, endOfFit(line, 0, face, limit - face.advanceOf(ELLIPSIS)));
  return `${line.slice(0, end).trimEnd()}…`;
}

const ELLIPSIS = 0x2026;

/** Ems that sums of rounded widths may differ by. */
const TOLERANCE = 1e-9;

function breakParagraph(text: string, face: Face, limit: number): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const fit = endOfFit(text, start, face, limit);
    if (fit === text.length) break;
    const end = lastOpportunity(text, start, fit) ?? cutBefore(text, start, fit);
    lines.push(text.slice(start, end).trimEnd());
    start = end;
    while (text[start] === ' ') start += 1;
  }
  if (start < text.length || lines.length === 0) lines.push(text.slice(start).trimEnd());
  return lines;
}

/** Index of the first character that does not fit; spaces hang beyond the limit. */
function endOfFit(text: string, start: number, face: Face, limit: number): number {
  let width = 0;
  let index = start;
  while (index < text.length) {
    const codePoint = text.codePointAt(index)!;
    width += face.advanceOf(codePoint);
    if (width > limit && codePoint !== SPACE) return index;
    index += codePoint > 0xffff ? 2 : 1;
  }
  return index;
}

const SPACE = 0x20;
const MARK = /^\p{M}$/u;
const isMark = (codePoint: number): boolean => codePoint >= 0x300 && MARK.test(String.fromCodePoint(codePoint));

function nextCharacter(text: string, start: number): number {
  let index = start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
  while (index < text.length && isMark(text.codePointAt(index)!)) index += 1;
  return index;
}

/** Where a word is cut that has no opportunity before `fit`; at least a character is left of it. */
function cutBefore(text: string, start: number, fit: number): number {
  const end = beforeNumber(text, start, fit);
  return Math.max(end > start ? end : fit, nextCharacter(text, start));
}

const DIGIT = /\p{Nd}/u;

/** What stands between the digits of a number. */
const SEPARATOR = /[.,'’%\u00a0\u202f\u066b\u066c]/;

/** What belongs to a number beside its digits (UAX #14: IS, PR and PO). */
const NUMERIC = /[\p{Nd}\p{Sc}.,'’%+\u2212\u00a0\u202f\u066b\u066c]/u;

/** The beginning of the number that would be cut at `end`; `end` where none would. */
function beforeNumber(text: string, start: number, end: number): number {
  const is = (kind: RegExp, index: number): boolean => kind.test(text.charAt(index));
  if (!is(NUMERIC, end - 1) || !is(NUMERIC, end) || !(is(DIGIT, end - 1) || is(DIGIT, end))) return end;
  let first = end;
  while (first > start && is(NUMERIC, first - 1)) first -= 1;
  while (first < end && is(SEPARATOR, first)) first += 1;
  return first;
}

/** The last index in (start, end] at which a line may begin. */
function lastOpportunity(text: string, start: number, end: number): number | undefined {
  for (let index = end; index > start; index -= 1) {
    if (mayBreak(text.charAt(index - 1), text.charAt(index))) return index;
  }
  return undefined;
}

const BREAK_AFTER = /[-\u2010\u2012-\u2014/|]/;
const LETTER = /\p{L}/u;
const IDEOGRAPH = /[\u2e80-\u2fff\u3040-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/;
const STAYS_WITH_PREVIOUS =
  /[\u3001\u3002\u3005\u300d\u300f\u3011\u3015\u30fb\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f)\].,;:!?%]/;
const STAYS_WITH_NEXT = /[\u300c\u300e\u3010\u3014\uff08([]/;

function mayBreak(before: string, after: string): boolean {
  if (before === ' ') return after !== ' ';
  if (BREAK_AFTER.test(before)) return LETTER.test(after);
  if (!IDEOGRAPH.test(before) && !IDEOGRAPH.test(after)) return false;
  return after !== ' ' && !STAYS_WITH_PREVIOUS.test(after) && !STAYS_WITH_NEXT.test(before);
}

function emsOf(text: string, face: Face): number {
  const known = face.knownWidthOf(text);
  if (!Number.isNaN(known)) return known;
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const codePoint = text.codePointAt(index)!;
    sum += face.advanceOf(codePoint);
    if (codePoint > 0xffff) index += 1;
  }
  return sum;
}
