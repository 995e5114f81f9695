import type { MessagePort } from 'node:worker_threads';
import type { DatasetSource } from '../data-sources/driver';
import type { Provenance } from '../engine';
import type { FailureCode } from '../platform/errors/catalogue';
import type { ReportWarning } from '../reports/report.entity';

/** What a render thread is given: plain data, for it shares nothing with its process. */
export interface RenderTask {
  reportId: string;
  definition: object;
  /** What the definition is a version of; undefined for one that came with the request. */
  template: { name: string; version: number } | undefined;
  /** SHA-256 of the definition's canonical JSON, hex. */
  definitionHash: string;
  parameters: Record<string, unknown>;
  datasets: Record<string, DatasetSource>;
  locale: string | null;
  timeZone: string | null;
  asOf: Date;
  limits: { maxRows: number; maxPages: number; maxBytes: number };
  /** File that the document is written to, in a folder of the task's own. */
  outputPath: string;
  /** Where the engine's progress is posted. */
  progressPort: MessagePort;
}

/** What comes back: errors that were foreseen come as values, because an error loses its fields between threads. */
export type RenderOutcome =
  | {
      isOk: true;
      pages: number;
      bytes: number;
      sha256: string;
      warnings: ReportWarning[];
      provenance: Provenance;
      /** Highest use of the thread's heap that was seen, in bytes; garbage that was not collected yet included. */
      peakHeap: number;
    }
  | { isOk: false; code: FailureCode; detail: string };
