/** A number with so many decimals, or nothing where there is none. */
export function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : '';
}

/** Prints a Markdown table, so that it can be kept. */
export function printTable(header, rows) {
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index].length)));
  const line = (cells) =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index]))).join(' | ')} |`;
  console.log([line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}
