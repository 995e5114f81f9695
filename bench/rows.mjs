/** The rows of the benchmark: orders, the same on every run. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const cities = ['Łódź', 'Paris', 'Berlin', 'Madrid', 'Oslo', 'Kraków', 'Zürich'];
const day = 86_400_000;
const start = Date.UTC(2025, 0, 1);

/** One order; amounts are texts, as exact decimals come in JSON. */
function orderAt(index) {
  const quantity = (index % 50) + 1;
  const cents = (index * 37) % 999_983;
  return {
    id: index + 1,
    date: new Date(start + ((index * 7) % 365) * day).toISOString().slice(0, 10),
    customer: `Customer ${(index * 7919) % 10_007}`,
    city: cities[index % cities.length],
    product: `P-${String(index % 9973).padStart(4, '0')}`,
    quantity,
    price: (cents / 100).toFixed(2),
    total: ((cents * quantity) / 100).toFixed(2),
  };
}

/** Finds each row once in the text of a rendered file. */
export const rowMark = /\bP-\d{4}\b/g;

export async function writeRows(file, count) {
  const output = createWriteStream(file);
  for (let index = 0; index < count; index += 1) {
    if (!output.write(`${JSON.stringify(orderAt(index))}\n`)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'finish');
}
