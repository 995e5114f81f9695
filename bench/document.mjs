/** The document that every tool makes: what is in it, and how its values are printed. */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const inter = (file) =>
  createRequire(new URL('../package.json', import.meta.url)).resolve(`@expo-google-fonts/inter/${file}`);

export const fonts = {
  regular: inter('400Regular/Inter_400Regular.ttf'),
  bold: inter('600SemiBold/Inter_600SemiBold.ttf'),
};

/** A4, in points. */
export const page = { width: 595.28, height: 841.89, margin: { top: 44, side: 36 }, fontSize: 7.5, rowHeight: 15.5 };

export const columns = [
  { field: 'id', header: 'Order', width: 58, align: 'right' },
  { field: 'date', header: 'Date', width: 66, align: 'left' },
  { field: 'customer', header: 'Customer', width: 73.28, align: 'left' },
  { field: 'city', header: 'City', width: 62, align: 'left' },
  { field: 'product', header: 'Product', width: 56, align: 'left' },
  { field: 'quantity', header: 'Quantity', width: 62, align: 'right' },
  { field: 'price', header: 'Unit price', width: 62, align: 'right' },
  { field: 'total', header: 'Total', width: 84, align: 'right' },
];

export const colors = { zebra: '#f8fafc', head: '#f1f5f9', ink: '#334155' };

const whole = new Intl.NumberFormat('en-GB');
const money = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** The texts of one row. */
const cellsOf = (row) => [
  whole.format(row.id),
  date.format(new Date(`${row.date}T00:00:00Z`)),
  row.customer,
  row.city,
  row.product,
  whole.format(row.quantity),
  money.format(Number(row.price)),
  money.format(Number(row.total)),
];

/** All rows as texts, and the texts of the closing line with their totals. */
export async function readTable(file) {
  const rows = [];
  let quantity = 0;
  let cents = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const row = JSON.parse(line);
    rows.push(cellsOf(row));
    quantity += row.quantity;
    cents += Math.round(Number(row.total) * 100);
  }
  return { rows, totals: ['Total', '', '', '', '', whole.format(quantity), '', money.format(cents / 100)] };
}
