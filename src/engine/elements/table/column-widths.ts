/** Points, or a share of what the fixed columns leave. */
export type ColumnWidth = { readonly points: number } | { readonly share: number };

/** Reads `90`, `"*"` or `"2*"`. */
export function parseWidth(width: number | string): ColumnWidth {
  if (typeof width === 'number') return { points: width };
  return { share: width === '*' ? 1 : Number(width.slice(0, -1)) };
}

/** No column is narrower: a letter between its paddings. */
export const minColumnWidth = 16;

/** A column of shares is readable from here on, and gets it from the others. */
const minShareWidth = 40;

/**
 * Widths in points, {@link minColumnWidth} at least, for which there must be room. Where columns ask for more than there
 * is, all give in proportion to what they have beyond their least.
 */
export function columnWidths(
  columns: readonly ColumnWidth[],
  available: number,
): { widths: readonly number[]; isSqueezed: boolean } {
  const fixed = sum(columns.map((column) => ('points' in column ? Math.max(minColumnWidth, column.points) : 0)));
  const shares = sum(columns.map((column) => ('share' in column ? column.share : 0)));
  const perShare = shares === 0 ? 0 : Math.max(0, available - fixed) / shares;
  const wanted = columns.map((column) =>
    'points' in column ? Math.max(minColumnWidth, column.points) : Math.max(minShareWidth, column.share * perShare),
  );
  const excess = sum(wanted) - available;
  if (excess <= 1e-6) return { widths: wanted, isSqueezed: false };
  const readable = columns.map((column) => ('points' in column ? minColumnWidth : minShareWidth));
  const least = sum(readable) <= available ? readable : columns.map(() => minColumnWidth);
  const spare = sum(wanted) - sum(least);
  const widths = wanted.map((width, index) => width - ((width - least[index]!) * excess) / spare);
  const isSqueezed = columns.some(
    (column, index) => widths[index]! < ('points' in column ? wanted[index]! : minShareWidth) - 1e-6,
  );
  return { widths, isSqueezed };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
