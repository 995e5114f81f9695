/** Points, a share of what the others leave, or as wide as the content. */
export type ColumnWidth = { readonly points: number } | { readonly share: number } | 'auto';

/** Reads `90`, `"*"`, `"2*"` or `"auto"`. */
export function parseWidth(width: number | string): ColumnWidth {
  if (typeof width === 'number') return { points: width };
  if (width === 'auto') return width;
  return { share: width === '*' ? 1 : Number(width.slice(0, -1)) };
}

/** No column is narrower: a letter between its paddings. */
export const minColumnWidth = 16;

/** A column of shares is readable from here on, and gets it from the others. */
const minShareWidth = 40;

/**
 * Widths in points, {@link minColumnWidth} at least, for which there must be room. Where columns ask for more than there
 * is, all give in proportion to what they have beyond their least; what fitted columns leave where none takes shares is
 * given to them alike.
 *
 * @param contentWidths how wide the content of each fitted column is
 */
export function columnWidths(
  columns: readonly ColumnWidth[],
  contentWidths: readonly number[],
  available: number,
): { widths: readonly number[]; isSqueezed: boolean } {
  const asked = columns.map((column, index) => Math.max(minColumnWidth, askedBy(column, contentWidths[index] ?? 0)));
  const rest = Math.max(0, available - sum(asked.filter((_, index) => shareOf(columns[index]!) === 0)));
  const shares = sum(columns.map(shareOf));
  const fitted = columns.filter((column) => column === 'auto').length;
  const wanted = columns.map((column, index) => {
    if (column === 'auto') return asked[index]! + (shares === 0 ? rest / fitted : 0);
    return 'points' in column ? asked[index]! : Math.max(minShareWidth, (column.share * rest) / shares);
  });
  const excess = sum(wanted) - available;
  if (excess <= 1e-6) return { widths: wanted, isSqueezed: false };
  const readable = columns.map((column) => (shareOf(column) > 0 ? minShareWidth : minColumnWidth));
  const least = sum(readable) <= available ? readable : columns.map(() => minColumnWidth);
  const spare = sum(wanted) - sum(least);
  const widths = wanted.map((width, index) => width - ((width - least[index]!) * excess) / spare);
  const isSqueezed = columns.some(
    (column, index) => widths[index]! < (shareOf(column) > 0 ? minShareWidth : wanted[index]!) - 1e-6,
  );
  return { widths, isSqueezed };
}

function askedBy(column: ColumnWidth, contentWidth: number): number {
  if (column === 'auto') return contentWidth;
  return 'points' in column ? column.points : 0;
}

const shareOf = (column: ColumnWidth): number => (column !== 'auto' && 'share' in column ? column.share : 0);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
