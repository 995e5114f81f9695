import type { Color, Marks, Path, Rectangle, TextRun, TextStyle } from '../../model/page';
import { colors, tightLineHeight } from '../../model/theme';
import { widthOf } from '../../text/break-lines';
import { baselineIn, startOf } from '../../text/align';
import { fewLines } from './few-lines';
import type { TableFrame } from './table-content';
import type { Metrics } from './table-metrics';

/** A column title of more lines is shortened, so that a narrow column cannot fill the page with its header. */
const maxHeaderLines = 4;
const maxSpanLines = 2;
const headerRule = 0.6;
const spanRule = 0.5;

interface Box {
  readonly x: number;
  readonly width: number;
}

/** The titles of the columns, under the titles that stand over several of them. */
export function headerOf(frame: TableFrame, columns: readonly Box[], width: number, metrics: Metrics): Marks {
  const style: TextStyle = { size: metrics.headerSize, weight: 600, color: colors.muted, tabular: false };
  const pitch = style.size * tightLineHeight;
  const titles = frame.columns.map(({ title }, index) => fewLines(title, style, columns[index]!.width, maxHeaderLines));
  const lines = Math.max(...titles.map((title) => title.length));
  const spans = spansOf(frame, columns).map((span) => {
    return { ...span, lines: fewLines(span.title, style, span.width, maxSpanLines) };
  });
  const top =
    spans.length > 0 ? metrics.rowHeight + (Math.max(...spans.map((span) => span.lines.length)) - 1) * pitch : 0;
  const height = metrics.headerHeight + (lines - 1) * pitch;
  const texts = titles.flatMap((title, index) => {
    const { x, width: cellWidth } = columns[index]!;
    // Shorter titles stand at the bottom, next to the cells.
    const firstLine = top + (height - lines * pitch) / 2 + (lines - title.length) * pitch;
    return title.map((text, line): TextRun => {
      const start = startOf(frame.columns[index]!.align, x, cellWidth, widthOf(text, style));
      return { kind: 'text', x: start, y: baselineIn(firstLine + line * pitch, pitch, style), text, style };
    });
  });
  const bottom = top + height;
  return {
    width,
    height: bottom,
    items: [
      fill(colors.head, [{ x: 0, y: 0, width, height: bottom }]),
      fill(colors.strongLine, [{ x: 0, y: bottom - headerRule, width, height: headerRule }]),
      ...paintSpans(spans, style, top, metrics),
      ...texts.filter((text) => text.text !== ''),
    ],
  };
}

const fill = (color: Color, rectangles: Rectangle[]): Path => ({ kind: 'path', fill: color, rectangles });

interface Span extends Box {
  readonly title: string;
}

/** Neighbours of the same title stand under one. */
function spansOf(frame: TableFrame, columns: readonly Box[]): Span[] {
  const spans: Span[] = [];
  let before = '';
  for (const [index, { span: title }] of frame.columns.entries()) {
    const { x, width } = columns[index]!;
    if (title !== '' && title === before) {
      const first = spans.pop()!;
      spans.push({ ...first, width: x + width - first.x });
    } else if (title !== '') spans.push({ title, x, width });
    before = title;
  }
  return spans;
}

/** @param bottom of the spans, by which they stand */
function paintSpans(
  spans: readonly (Span & { readonly lines: readonly string[] })[],
  style: TextStyle,
  bottom: number,
  { rowHeight }: Metrics,
): (TextRun | Path)[] {
  if (spans.length === 0) return [];
  const pitch = style.size * tightLineHeight;
  const rules = spans.map(({ x, width }) => ({ x, y: bottom - spanRule, width, height: spanRule }));
  const texts = spans.flatMap(({ lines, x, width }) => {
    const firstLine = bottom - (rowHeight - pitch) / 2 - lines.length * pitch;
    return lines.map((text, line): TextRun => {
      const start = startOf('center', x, width, widthOf(text, style));
      return { kind: 'text', x: start, y: baselineIn(firstLine + line * pitch, pitch, style), text, style };
    });
  });
  return [fill(colors.strongLine, rules), ...texts];
}
