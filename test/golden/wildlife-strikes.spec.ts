import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { checkRows } from '../../src/engine';
import { documentOf, pageJson } from './page-json';
import { expectLook } from './pictures';
import { PdfReader } from './read-pdf';
import { Sample } from './sample';

const sample = new Sample('wildlife-strikes');
const { report, rows, asOf } = sample;

describe('the wildlife strikes sample', () => {
  let rendered: Awaited<ReturnType<Sample['render']>>;
  let pdf: PdfReader;

  beforeAll(async () => {
    rendered = await sample.render(1000);
    pdf = new PdfReader(rendered.bytes);
  });

  it('fits its declared fields', () => {
    expect(checkRows(report, 'strikes', rows)).toEqual([]);
  });

  it('lays out its first, second and last page as it did', async () => {
    const pages = await sample.pages();
    expect(pages).toHaveLength(rendered.result.pages);
    expect([pages[0]!, pages[1]!, pages.at(-1)!].map((page) => pageJson(page, documentOf(pages)))).toMatchSnapshot();
  });

  it('looks as it did', () => expectLook('wildlife-strikes', rendered.bytes, [1]));

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
    const again = await sample.render(77);
    expect(again.bytes.equals(rendered.bytes)).toBe(true);
    expect(rendered.result).toMatchObject({ bytes: rendered.bytes.length, warnings: [] });
    expect(rendered.result.provenance.data.strikes?.rows).toBe(10_000);
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
    const input = JSON.stringify({ definition: sample.source, rows });
    const root = join(__dirname, '../..');
    expect(execFileSync(process.execPath, ['-e', script], { cwd: root, input, encoding: 'utf8' })).toBe(
      rendered.result.sha256,
    );
  });
});
