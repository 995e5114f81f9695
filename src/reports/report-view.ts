import { failures, typeOf } from '../platform/errors/catalogue';
import { toPublicId } from '../platform/ids/public-id';
import type { ReportFile } from './report-file.entity';
import type { Report, ReportFailure, ReportState } from './report.entity';

/** Whether a state is one that nothing but the expiry of the file comes after. */
export function isTerminal(state: ReportState | 'deleted'): boolean {
  return state !== 'queued' && state !== 'running';
}

/** A file is gone from the moment it expires, whether or not its bytes have been removed. */
export function statusOf(report: Report, now = Date.now()): ReportState {
  const isFileExpired = report.state === 'succeeded' && report.fileExpiresAt!.getTime() <= now;
  return isFileExpired ? 'expired' : report.state;
}

/** The state as a client sees it, and its entity tag. */
export function etagOf(report: Report): string {
  // Expiry by time alone shows what the cleaner will write, under the version that it will write it with.
  const isAhead = statusOf(report) !== report.state;
  return `"v${BigInt(report.version) + (isAhead ? 1n : 0n)}"`;
}

/**
 * Seconds after which it is worth asking again: half of the time that is still expected, between 1 and 30, a fifth
 * more or less so that clients do not all come at once. Undefined once there is nothing to wait for.
 */
export function retryAfter(report: Report): string | undefined {
  if (isTerminal(report.state)) return undefined;
  const completion = estimateCompletion(report);
  return askAgainIn(completion === undefined ? 2_000 : completion - Date.now());
}

/** Retry-After for something that is expected to be done in so many milliseconds: see {@link retryAfter}. */
export function askAgainIn(remainingMs: number): string {
  const seconds = (remainingMs / 2_000) * (0.8 + 0.4 * Math.random());
  return String(Math.min(30, Math.max(1, Math.round(seconds))));
}

/** The report resource. */
export function presentReport(report: Report, file: ReportFile | undefined): object {
  const status = statusOf(report);
  const self = `/v1/reports/${toPublicId('rep', report.id)}`;
  const hasEnded = isTerminal(status);
  return {
    id: toPublicId('rep', report.id),
    object: 'report',
    status,
    template: report.template === null ? null : { name: report.template, version: report.templateVersion },
    format: report.format,
    reference: report.reference,
    batchId: report.batchId === null ? null : toPublicId('bat', report.batchId),
    progress: presentProgress(report, hasEnded),
    attempt: report.attempt,
    maxAttempts: report.maxAttempts,
    cancelRequestedAt: toTime(report.cancelRequestedAt),
    asOf: toTime(report.asOf),
    createdAt: toTime(report.createdAt),
    startedAt: toTime(report.startedAt),
    finishedAt: toTime(report.finishedAt),
    file: status === 'succeeded' && file ? presentFile(report, file, `${self}/file`) : null,
    fileExpiresAt: toTime(report.fileExpiresAt),
    recordExpiresAt: toTime(report.recordExpiresAt),
    error: report.error === null ? null : presentFailure(report.error),
    warnings: report.warnings,
    links: {
      self,
      events: `${self}/events`,
      cancel: hasEnded ? null : `${self}/cancel`,
      file: status === 'succeeded' ? `${self}/file` : null,
      downloadLinks: status === 'succeeded' ? `${self}/download-links` : null,
    },
  };
}

/** How far a report is. */
export function presentProgress(report: Report, hasEnded: boolean): object {
  const completion = estimateCompletion(report);
  const isBegun = report.state !== 'queued'; // what an earlier attempt did is not done yet
  return {
    phase: report.phase,
    percent: isBegun ? (report.progressPercent ?? 0) : 0,
    rows: isBegun ? Number(report.progressRows) : 0,
    pages: isBegun ? report.progressPages : 0,
    estimatedCompletionAt: hasEnded || completion === undefined ? null : new Date(completion).toISOString(),
  };
}

function presentFile(report: Report, file: ReportFile, href: string): object {
  return {
    mediaType: file.mediaType,
    size: Number(file.sizeBytes),
    filename: report.filename,
    pages: file.pages,
    sha256: file.sha256.toString('hex'),
    provenance: file.provenance,
    href,
  };
}

function presentFailure({ code, detail, attempt }: ReportFailure): object {
  return {
    type: typeOf(code),
    title: failures[code].title,
    code,
    detail,
    attempt,
    retryable: failures[code].retryable,
  };
}

/** An attempt takes its time to start, which says nothing of how fast it goes on. */
const leastToTellMs = 3_000;

/** Drawn out from what is done; undefined while too little is done to tell. */
function estimateCompletion(report: Report): number | undefined {
  const percent = report.progressPercent ?? 0;
  const { state, attemptStartedAt, progressAt } = report;
  if (state !== 'running' || attemptStartedAt === null || progressAt === null || percent < 2) return undefined;
  // From stored times alone, so that what one entity tag names does not change from one answer to the next.
  const started = attemptStartedAt.getTime();
  const elapsed = progressAt.getTime() - started;
  return elapsed < leastToTellMs ? undefined : started + (elapsed * 100) / percent;
}

function toTime(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
