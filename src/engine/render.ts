/** Renders a compiled report: definition → compile → bind → layout → paint, of which the last three happen here. */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { bind } from './bind/bind';
import { DataHash } from './bind/data-hash';
import type { RowBatch } from './bind/read-rows';
import { paginate } from './layout/paginate';
import { canonicalHash } from './model/canonical-hash';
import type { Warning } from './model/faults';
import { RenderError, Warnings } from './model/faults';
import type { Provenance } from './model/provenance';
import type { CompiledReport, PassKind } from './model/report';
import { outputOf } from './outputs';
import { engineVersion } from './version';

export interface RenderInput {
  report: CompiledReport;
  /** The stored template that the report is a version of; the file says so. */
  template?: { name: string; version: number };
  /** As `checkParameters` returned them. */
  parameters: Record<string, unknown>;
  /** The rows of each declared dataset; consumed once, batch by batch. */
  data: Record<string, AsyncIterable<RowBatch>>;
  /** BCP 47; the definition's by default. */
  locale?: string;
  /** IANA name; the definition's by default. */
  timeZone?: string;
  /** The time that the report prints and the file carries. */
  asOf: Date;
  reportId?: string;
  /** Rows of all datasets together, pages, and bytes of the file. */
  limits: { maxRows: number; maxPages: number; maxBytes: number };
  /** Ended when the file is complete; destroyed when the render fails. */
  output: Writable;
  /** How many rows each dataset is known to have; tells how much there is to do, and nothing else. */
  expectedRows?: Record<string, number>;
  /** Where rows wait that are sorted or read again; the system's own directory for temporary files by default. */
  temporaryDirectory?: string;
  onProgress?(progress: RenderProgress): void;
  signal?: AbortSignal;
}

/** How far a render is. */
export interface RenderProgress {
  phase: PassKind | 'finishing';
  /** Read from their source so far, of all datasets together. */
  rows: number;
  pages: number;
  /**
   * Of the work: between 0 and 1, and never less than before. All passes over the rows count, not the first alone. Undefined
   * while it is not known how many rows there are.
   */
  share: number | undefined;
}

export interface RenderResult {
  pages: number;
  bytes: number;
  /** Of the file, in hex. */
  sha256: string;
  warnings: Warning[];
  /** What the file was made from, as it says itself in its metadata. */
  provenance: Provenance;
}

/**
 * Same input, same bytes. Memory does not grow with rows.
 * @throws RenderError where trying again cannot help; the signal's reason when it aborts; else what the data or output threw.
 */
export async function render(input: RenderInput): Promise<RenderResult> {
  const warnings = new Warnings();
  const tally = new Tally(input);
  const bound = bind({
    ...input,
    warnings,
    admit: (dataset, rows) => tally.addRows(dataset, rows),
    onRead: (dataset, hash) => tally.hashes.set(dataset, hash),
    onPassed: (kind, share) => tally.pass(kind, share),
  });
  const pages = tally.pagesOf(paginate(bound, input.limits, warnings));
  const info = {
    title: () => bound.title(),
    language: bound.locale,
    createdAt: input.asOf,
    producer: `Pressroom ${engineVersion}`,
    provenance: () => provenanceOf(input, tally.data),
  };
  const file = tally.bytesOf(outputOf('pdf').paint(pages, info, warnings));
  await pipeline(file, input.output, { signal: input.signal });
  return { ...tally.result(), warnings: warnings.list(), provenance: provenanceOf(input, tally.data) };
}

function provenanceOf(
  { report, template, parameters, locale, timeZone, asOf }: RenderInput,
  data: Provenance['data'],
): Provenance {
  return {
    engineVersion,
    template: template ?? null,
    definitionHash: report.hash,
    parametersHash: canonicalHash(parameters).toString('hex'),
    locale: locale ?? report.locale,
    timeZone: timeZone ?? report.timeZone,
    asOf: asOf.toISOString(),
    data,
  };
}

const hashOfNothing = new DataHash().digest();

/** Timers and other work get their turn after so many pages. */
const PAGES_PER_TURN = 8;

/** Counts what flows by, and stops it at the limits. */
class Tally {
  private readonly rows = new Map<string, number>();
  readonly hashes = new Map<string, string>();
  private readonly hash = createHash('sha256');
  private totalRows = 0;
  private pages = 0;
  private bytes = 0;
  private share: number | undefined;

  constructor(private readonly input: Pick<RenderInput, 'report' | 'limits' | 'onProgress' | 'signal'>) {
    for (const dataset of input.report.datasets) this.rows.set(dataset, 0);
  }

  addRows(dataset: string, rows: number): void {
    this.input.signal?.throwIfAborted();
    this.totalRows += rows;
    this.rows.set(dataset, this.rows.get(dataset)! + rows);
    const { maxRows } = this.input.limits;
    if (this.totalRows <= maxRows) return;
    throw new RenderError('data_too_large', `The report reads more than the ${maxRows} rows that it may read.`, {
      dataset,
    });
  }

  /** Tells of what happens before there are pages; from then on, pages tell. */
  pass(kind: PassKind, share: number | undefined): void {
    this.share = share;
    if (kind !== 'rendering') this.tell(kind);
  }

  async *pagesOf<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
    for await (const page of pages) {
      this.pages += 1;
      yield page;
      if (this.pages % PAGES_PER_TURN !== 0) continue;
      await setImmediate();
      this.input.signal?.throwIfAborted();
      this.tell('rendering');
    }
    this.share = 1;
    this.tell('finishing');
  }

  private tell(phase: RenderProgress['phase']): void {
    this.input.onProgress?.({ phase, rows: this.totalRows, pages: this.pages, share: this.share });
  }

  async *bytesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { maxBytes } = this.input.limits;
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      if (this.bytes > maxBytes) {
        throw new RenderError('output_too_large', `The file is larger than the ${maxBytes} bytes that it may have.`);
      }
      this.hash.update(chunk);
      yield chunk;
    }
  }

  /** Once all rows were read. */
  get data(): Provenance['data'] {
    const entries = [...this.rows].map(([dataset, rows]) => [
      dataset,
      { rows, hash: this.hashes.get(dataset) ?? hashOfNothing },
    ]);
    return Object.fromEntries(entries) as Provenance['data'];
  }

  result(): Pick<RenderResult, 'pages' | 'bytes' | 'sha256'> {
    return {
      pages: this.pages,
      bytes: this.bytes,
      sha256: this.hash.digest('hex'),
    };
  }
}
