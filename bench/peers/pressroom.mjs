/** The product's engine within a process that has it loaded, as a worker has. */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compile, render: renderReport } = require('../../dist/engine/index.js');
const { createRowParser } = require('../../dist/data-sources/row-formats/index.js');

const report = compile(JSON.parse(readFileSync(new URL('../orders.json', import.meta.url), 'utf8')));

async function* batches(file) {
  const parser = createRowParser('application/x-ndjson');
  for await (const chunk of createReadStream(file)) yield parser.write(chunk);
  yield parser.end();
}

export async function render(rowFile, out) {
  await renderReport({
    report,
    parameters: {},
    data: { orders: batches(rowFile) },
    asOf: new Date('2026-01-01T00:00:00Z'),
    limits: { maxRows: Infinity, maxPages: Infinity, maxBytes: Infinity },
    output: createWriteStream(out),
  });
}
