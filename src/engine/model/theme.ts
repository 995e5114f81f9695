import type { Color } from './page';

/** The look of a document: one place for the sizes, distances (points) and colours that elements share. */
export interface Theme {
  readonly accent: Color;
}

export const colors = {
  ink: '#0f172a',
  body: '#334155',
  muted: '#64748b',
  line: '#e2e8f0',
  strongLine: '#cbd5e1',
  zebra: '#f8fafc',
  head: '#f1f5f9',
} as const satisfies Record<string, Color>;

export const type = {
  heading: { 1: { size: 18, weight: 600 }, 2: { size: 13, weight: 600 }, 3: { size: 10.5, weight: 600 } },
  body: { size: 9.5, weight: 400 },
  band: { size: 7.5, weight: 400 },
} as const;

/** Height of a line of running text over its size; taken from here so that a fallback font never makes lines jump. */
export const lineHeight = 1.5;

/** Line height of headings and of table cells, which are mostly one line. */
export const tightLineHeight = 1.3;

/** Distance of the header's and footer's hairline from the page's margin, and of their text from the hairline. */
export const band = { rule: 14, text: 6, ruleWidth: 0.5 } as const;

/** The least page margin that holds a header or a footer. */
export const bandMargin = 36;

/** The least body of a page: it is sure to hold a table’s header, a row and its totals. */
export const leastBody = { width: 72, height: 144 } as const;

/** The colour mixed with white: 1 is the colour itself, 0 is white. */
export function tint(color: Color, share: number): Color {
  const channels = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  return `#${channels
    .map((value) =>
      Math.round(255 - (255 - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
