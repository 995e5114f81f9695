import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { checkParameters, checkRows, compile, parseDefinition, render } from '../../src/engine';
import type { RenderResult, RowBatch } from '../../src/engine';
import { bind } from '../../src/engine/bind/bind';
import { paginate } from '../../src/engine/layout/paginate';
import { Warnings } from '../../src/engine/model/faults';
import type { Page } from '../../src/engine/model/page';
import { pageJson } from './page-json';
import { readCsv } from './read-csv';
import { PdfReader } from './read-pdf';

const sample = join(__dirname, '../../templates/wildlife-strikes');
const report = compile(parseDefinition(readFileSync(join(sample, 'definition.yaml'), 'utf8')));
const rows = readCsv(join(sample, 'data.csv'));
const asOf = new Date('2026-11-23T12:00:00Z');

/** In batches whose size has nothing to do with pages. */
async function* batches(size: number): AsyncGenerator<RowBatch> {
  await Promise.resolve();
  for (let start = 0; start < rows.length; start += size) yield { rows: rows.slice(start, start + size) };
}

async function renderSample(batchSize: number): Promise<{ bytes: Buffer; result: RenderResult }> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const { parameters } = checkParameters(report, {});
  const limits = { maxRows: 10_000, maxPages: 1000, maxBytes: 10_000_000 };
  const result = await render({ report, parameters, data: { strikes: batches(batchSize) }, asOf, limits, output });
  return { bytes: Buffer.concat(chunks), result };
}

describe('the wildlife strikes sample', () => {
  let rendered: Awaited<ReturnType<typeof renderSample>>;
  let pdf: PdfReader;

  beforeAll(async () => {
    rendered = await renderSample(1000);
    pdf = new PdfReader(rendered.bytes);
  });

  it('fits its declared fields', () => {
    expect(checkRows(report, 'strikes', rows)).toEqual([]);
  });

  it('lays out its first, second and last page as it did', async () => {
    const { parameters } = checkParameters(report, {});
    const ignore = (): void => undefined;
    const bound = bind({ report, parameters, data: { strikes: batches(1000) }, asOf, admit: ignore, warn: ignore });
    const pages: Page[] = [];
    for await (const page of paginate(bound, { maxPages: 1000 }, new Warnings())) pages.push(page);
    expect(pages).toHaveLength(rendered.result.pages);
    expect([pages[0]!, pages[1]!, pages.at(-1)!].map(pageJson)).toMatchSnapshot();
  });

  it('reads as it did on its first and last page', () => {
    const pages = pdf.pages;
    expect([pages[0]!, pages.at(-1)!].map((page) => pdf.linesOf(page))).toMatchSnapshot();
  });

  it('holds every record once and in order', () => {
    const dates = pdf.pages
      .flatMap((page) => pdf.linesOf(page))
      .filter((line) => /^[A-Z][a-z]{2} \d{1,2}, \d{4}\t/.test(line));
    expect(dates).toHaveLength(rows.length);
    const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });
    expect(dates.map((line) => line.split('\t')[0])).toEqual(
      rows.map((row) => format.format(new Date(String(row['Flight Date'])))),
    );
  });

  it('repeats the header and tells the page on every page', () => {
    for (const [index, page] of pdf.pages.entries()) {
      const lines = pdf.linesOf(page);
      expect(lines).toContain('Date\tAirport\tState\tOperator\tAircraft\tSpecies\tSize\tDamage\tCost');
      expect(lines.at(-1)).toBe(`As of November 23, 2026\tPage ${index + 1} of ${pdf.pages.length}`);
    }
  });

  it('totals what the data holds', () => {
    const cost = rows.reduce((sum, row) => sum + BigInt(String(row['Cost Total $'])), 0n);
    const damaged = rows.filter((row) => row['Effect Amount of damage'] !== 'None').length;
    const expected = `All strikes\t10,000\t${damaged.toLocaleString('en-US')}\t$${cost.toLocaleString('en-US')}`;
    expect(pdf.linesOf(pdf.pages.at(-1)!)).toContain(expected);
  });

  it('gives the same bytes whatever the batches, and says what they are', async () => {
    const again = await renderSample(77);
    expect(again.bytes.equals(rendered.bytes)).toBe(true);
    expect(rendered.result).toMatchObject({ rows: { strikes: 10_000 }, bytes: rendered.bytes.length, warnings: [] });
    expect(rendered.result.sha256).toBe(createHash('sha256').update(rendered.bytes).digest('hex'));
  });

  it('gives the same bytes in another process, from the compiled engine', () => {
    const script = `
      const { readFileSync } = require('node:fs');
      const { Writable } = require('node:stream');
      const { checkParameters, compile, parseDefinition, render } = require('./dist/engine');
      const { definition, rows } = JSON.parse(readFileSync(0, 'utf8'));
      const report = compile(parseDefinition(definition));
      const output = new Writable({ write: (chunk, encoding, done) => done() });
      const data = { strikes: (async function* () { yield { rows }; })() };
      const limits = { maxRows: 1e4, maxPages: 1e3, maxBytes: 1e7 };
      const { parameters } = checkParameters(report, {});
      render({ report, parameters, data, asOf: new Date('${asOf.toISOString()}'), limits, output })
        .then(({ sha256 }) => process.stdout.write(sha256));`;
    const input = JSON.stringify({ definition: readFileSync(join(sample, 'definition.yaml'), 'utf8'), rows });
    const root = join(__dirname, '../..');
    expect(execFileSync(process.execPath, ['-e', script], { cwd: root, input, encoding: 'utf8' })).toBe(
      rendered.result.sha256,
    );
  });
});
