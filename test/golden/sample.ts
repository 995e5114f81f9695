import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { checkParameters, compile, parseDefinition, render } from '../../src/engine';
import type { CompiledReport, RenderResult, Row, RowBatch } from '../../src/engine';
import { bind } from '../../src/engine/bind/bind';
import { paginate } from '../../src/engine/layout/paginate';
import { Warnings } from '../../src/engine/model/faults';
import type { Page } from '../../src/engine/model/page';
import { readCsv } from './read-csv';

/** A sample of templates/ with its one dataset, and what becomes of it with the parameters' defaults. */
export class Sample {
  readonly source: string;
  readonly report: CompiledReport;
  readonly rows: readonly Row[];
  readonly asOf = new Date('2026-11-23T12:00:00Z');

  constructor(name: string) {
    const folder = join(__dirname, '../../templates', name);
    this.source = readFileSync(join(folder, 'definition.yaml'), 'utf8');
    this.report = compile(parseDefinition(this.source));
    this.rows = readCsv(join(folder, 'data.csv'));
  }

  get dataset(): string {
    return this.report.datasets[0]!;
  }

  async pages(): Promise<Page[]> {
    const { report, asOf } = this;
    const { parameters } = checkParameters(report, {});
    const warnings = new Warnings();
    const bound = bind({ report, parameters, data: this.data(1000), asOf, warnings, admit: () => undefined });
    const pages: Page[] = [];
    for await (const page of paginate(bound, { maxPages: 1000 }, warnings)) pages.push(page);
    return pages;
  }

  /** @param batchSize rows of a batch, which has nothing to do with pages */
  async render(batchSize: number): Promise<{ bytes: Buffer; result: RenderResult }> {
    const chunks: Buffer[] = [];
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const { report, asOf } = this;
    const { parameters } = checkParameters(report, {});
    const limits = { maxRows: 10_000, maxPages: 1000, maxBytes: 10_000_000 };
    const result = await render({ report, parameters, data: this.data(batchSize), asOf, limits, output });
    return { bytes: Buffer.concat(chunks), result };
  }

  private data(batchSize: number): Record<string, AsyncIterable<RowBatch>> {
    return { [this.dataset]: this.batches(batchSize) };
  }

  private async *batches(size: number): AsyncGenerator<RowBatch> {
    await Promise.resolve();
    for (let start = 0; start < this.rows.length; start += size) yield { rows: this.rows.slice(start, start + size) };
  }
}
