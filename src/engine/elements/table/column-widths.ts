/** Points, a share of what the others leave, or as wide as the content. */
export type ColumnWidth = { readonly points: number } | { readonly share: number } | 'auto';

/** Reads `90`, `"*"`, `"2*"` or `"auto"`. */
export function parseWidth(width: number | string): ColumnWidth {
  if (typeof width === 'number') return { points: width };
  if (width === 'auto') return width;
  return { share: width === '*' ? 1 : Number(width.slice(0, -1)) };
}

/** A column of shares is never narrower, so that it stays readable. */
const MIN_WIDTH = 24;

/**
 * Widths in points, given how wide the content of each column is. Where columns ask for more than there is, all shrink
 * alike; what fitted columns leave where none takes shares is given to them alike.
 */
export function columnWidths(
  columns: readonly ColumnWidth[],
  contentWidths: readonly number[],
  available: number,
): number[] {
  const asked = columns.map((column, index) =>
    column === 'auto' ? contentWidths[index]! : 'points' in column ? column.points : 0,
  );
  const rest = available - sumOf(asked);
  const shares = sumOf(columns.map((column) => (column !== 'auto' && 'share' in column ? column.share : 0)));
  const fitted = columns.filter((column) => column === 'auto').length;
  const wanted = columns.map((column, index) => {
    if (column === 'auto') return asked[index]! + (shares === 0 ? Math.max(0, rest) / fitted : 0);
    return 'points' in column ? column.points : Math.max(MIN_WIDTH, (column.share * rest) / shares);
  });
  const total = sumOf(wanted);
  return total > available ? wanted.map((width) => (width * available) / total) : wanted;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
