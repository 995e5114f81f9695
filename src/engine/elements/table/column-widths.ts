/** Points, or a share of what the fixed columns leave. */
export type ColumnWidth = { readonly points: number } | { readonly share: number };

/** Reads `90`, `"*"` or `"2*"`. */
export function parseWidth(width: number | string): ColumnWidth {
  if (typeof width === 'number') return { points: width };
  return { share: width === '*' ? 1 : Number(width.slice(0, -1)) };
}

/** A column of shares is never narrower, so that it stays readable. */
const MIN_WIDTH = 24;

/** Widths in points. Where fixed columns ask for more than there is, all columns shrink alike. */
export function columnWidths(columns: readonly ColumnWidth[], available: number): number[] {
  const fixed = columns.reduce((sum, column) => sum + ('points' in column ? column.points : 0), 0);
  const shares = columns.reduce((sum, column) => sum + ('share' in column ? column.share : 0), 0);
  const perShare = shares === 0 ? 0 : (available - fixed) / shares;
  const wanted = columns.map((column) =>
    'points' in column ? column.points : Math.max(MIN_WIDTH, column.share * perShare),
  );
  const total = wanted.reduce((sum, width) => sum + width, 0);
  return total > available ? wanted.map((width) => (width * available) / total) : wanted;
}
