import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Provenance } from '../engine';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { prepared } from '../platform/database/prepared-statements';
import type { Report, ReportFailure, ReportState, ReportWarning } from './report.entity';

/** What a worker must hold to change a running report: it is refused as soon as another attempt has begun. */
export interface Fence {
  id: string;
  attempt: number;
  leaseToken: string;
}

/** A report that a worker has taken. */
export type ClaimedReport = Fence &
  Pick<
    Report,
    'tenantId' | 'requestId' | 'template' | 'templateVersion' | 'format' | 'asOf' | 'locale' | 'timeZone' | 'lane'
  > & { msToDeadline: string; msWaited: string };

export interface Progress {
  phase: string;
  percent: number;
  rows: number;
  pages: number;
}

/** A finished file that lies in the storage and waits to become visible. */
export interface FinishedFile {
  id: string;
  storageKey: string;
  size: number;
  /** Hex. */
  sha256: string;
  mediaType: string;
  pages: number;
  provenance: Provenance;
  warnings: readonly ReportWarning[];
}

/** A report as it was deleted, and where its bytes lie, if it has any. */
export interface DeletedReport {
  state: ReportState;
  storageKey: string | null;
}

/**
 * The one writer of a report's state. Every change is a single statement whose WHERE clause is the guard of its arrow
 * in docs/state-machine.md; no row returned means that the race was lost and nothing was changed. Times are those of
 * Postgres, so that the clocks of workers do not matter.
 */
@Injectable()
export class ReportStateMachine {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** queued → running. Undefined when the report is not there to be taken: canceled, taken already, not due. */
  async claim(id: string, workerId: string): Promise<ClaimedReport | undefined> {
    const [claimed] = await this.change<ClaimedReport>(
      `UPDATE reports SET state = 'running', attempt = attempt + 1, lease_token = gen_random_uuid(),
              lease_expires_at = now() + ${ms('$3')}, worker_id = $2, started_at = coalesce(started_at, now()), attempt_started_at = now(),
              phase = 'starting', progress_percent = NULL, progress_rows = 0, progress_pages = 0, progress_at = NULL,
              version = version + 1
        WHERE id = $1 AND state = 'queued' AND run_at <= now() AND deadline_at > now()
          AND cancel_requested_at IS NULL AND failures < max_attempts
    RETURNING id, attempt, lease_token AS "leaseToken", tenant_id AS "tenantId", request_id AS "requestId", template,
              template_version AS "templateVersion", format, as_of AS "asOf", locale, time_zone AS "timeZone",
              lane, extract(epoch FROM deadline_at - now()) * 1000 AS "msToDeadline",
              extract(epoch FROM now() - run_at) * 1000 AS "msWaited"`,
      [id, workerId, this.config.lease],
    );
    return claimed;
  }

  /** Keeps the lease and tells how far the render is. */
  async heartbeat(fence: Fence, progress: Progress): Promise<'kept' | 'canceled' | 'lost'> {
    const [row] = await this.change<{ isCanceled: boolean }>(
      `UPDATE reports SET lease_expires_at = now() + ${ms('$4')}, phase = $5, progress_rows = $7, progress_pages = $8,
              progress_percent = greatest(coalesce(progress_percent, 0), $6), progress_at = now(), version = version + 1
        WHERE ${fenced} AND lease_expires_at > now()
    RETURNING cancel_requested_at IS NOT NULL AS "isCanceled"`,
      [...args(fence), this.config.lease, progress.phase, progress.percent, progress.rows, progress.pages],
    );
    if (!row) return 'lost';
    return row.isCanceled ? 'canceled' : 'kept';
  }

  /** running → succeeded, with the file. False when the lease was lost or the report was canceled meanwhile. */
  async complete(fence: Fence, file: FinishedFile): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH done AS (
         UPDATE reports SET state = 'succeeded', file_id = $4, file_sha256 = decode($10, 'hex'), finished_at = now(),
                file_expires_at = now() + file_retention, warnings = $5, progress_percent = 100, progress_pages = $6,
                progress_rows = $7, phase = NULL, error = NULL, lease_token = NULL, lease_expires_at = NULL,
                version = version + 1
          WHERE ${fenced} AND cancel_requested_at IS NULL
      RETURNING id, tenant_id, attempt),
       file AS (
         INSERT INTO report_files
                (id, tenant_id, report_id, attempt, storage_key, size_bytes, sha256, media_type, pages, provenance)
         SELECT $4, tenant_id, id, attempt, $8, $9, decode($10, 'hex'), $11, $6, $12 FROM done)
       SELECT id FROM done`,
      [
        ...args(fence),
        file.id,
        JSON.stringify(file.warnings),
        file.pages,
        Object.values(file.provenance.data).reduce((sum, { rows }) => sum + rows, 0),
        file.storageKey,
        file.size,
        file.sha256,
        file.mediaType,
        file.provenance,
      ],
    );
    return rows.length === 1;
  }

  /**
   * A failed attempt: running → queued after a back-off while the budget and the deadline allow it, else → failed;
   * → canceled when that was asked for.
   *
   * @returns the new state, or undefined when the lease was lost
   */
  async fail(fence: Fence, error: ReportFailure, isRetryable: boolean): Promise<ReportState | undefined> {
    const isFinal = `(NOT $5 OR failures + 1 >= max_attempts OR deadline_at < now() + ${backOff('$6')})`;
    const [row] = await this.change<{ state: ReportState }>(
      `UPDATE reports SET failures = failures + 1,
              state = CASE WHEN cancel_requested_at IS NOT NULL THEN 'canceled' WHEN ${isFinal} THEN 'failed' ELSE 'queued' END,
              finished_at = CASE WHEN cancel_requested_at IS NOT NULL OR ${isFinal} THEN now() END,
              error = CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb END,
              run_at = now() + ${backOff('$6')}, ${released}
        WHERE ${fenced}
    RETURNING state`,
      [...args(fence), error, isRetryable, this.config.retryBackoff],
    );
    return row?.state;
  }

  /** running → queued without counting a failure: the worker stops, or something that it needs is away. */
  async handBack(fence: Fence, delayMs: number, error?: ReportFailure): Promise<ReportState | undefined> {
    const [row] = await this.change<{ state: ReportState }>(
      `UPDATE reports SET state = CASE WHEN cancel_requested_at IS NOT NULL THEN 'canceled' ELSE 'queued' END,
              finished_at = CASE WHEN cancel_requested_at IS NOT NULL THEN now() END,
              run_at = now() + ${ms('$4')}, ${released},
              error = CASE WHEN cancel_requested_at IS NULL THEN coalesce($5::jsonb, error) ELSE error END
        WHERE ${fenced}
    RETURNING state`,
      [...args(fence), delayMs, error ?? null],
    );
    return row?.state;
  }

  /** running → canceled, once the worker has stopped. False when the lease was lost, or nobody asked for it. */
  async confirmCancel(fence: Fence): Promise<boolean> {
    const rows = await this.change(
      `UPDATE reports SET state = 'canceled', finished_at = now(), ${released}
        WHERE ${fenced} AND cancel_requested_at IS NOT NULL RETURNING id`,
      args(fence),
    );
    return rows.length === 1;
  }

  /** queued → canceled at once; a running report is marked, and its worker stops. Undefined when it has ended already. */
  async cancel(tenantId: string, id: string): Promise<ReportState | undefined> {
    const [row] = await this.change<{ state: ReportState }>(
      `UPDATE reports SET ${canceled}
        WHERE id = $1 AND tenant_id = $2 AND ${isOpen} AND deleted_at IS NULL
    RETURNING state`,
      [id, tenantId],
    );
    return row?.state;
  }

  /** Cancels every report of a batch that has not ended, as {@link cancel} does; notes it where there was any. */
  async cancelBatch(tenantId: string, batchId: string): Promise<void> {
    // Rows are locked in the order of the batch: two that cancel it at once do not wait for each other in a circle.
    await this.database.query(
      `WITH open AS MATERIALIZED (
         SELECT id FROM reports WHERE batch_id = $1 AND tenant_id = $2 AND ${isOpen}
          ORDER BY batch_index FOR UPDATE),
       changed AS (
         UPDATE reports r SET ${canceled} FROM open WHERE r.id = open.id AND r.cancel_requested_at IS NULL)
       UPDATE report_batches SET cancel_requested_at = coalesce(cancel_requested_at, now())
        WHERE id = $1 AND tenant_id = $2 AND EXISTS (SELECT FROM open)`,
      [batchId, tenantId],
    );
  }

  /**
   * Makes a tombstone of a report: cancels it where it has not ended, ends the time of its file where it has one, and
   * erases what it was asked for and what it says. What is left is its id, times and hashes.
   *
   * @param version deletes it only as this one; any where nothing is said
   * @returns undefined when it is deleted already, or has another version
   */
  async delete(tenantId: string, id: string, version?: string): Promise<DeletedReport | undefined> {
    // The file of a report that succeeds this very moment is not seen here; the clean loop finds it.
    const [row] = await this.database.query<DeletedReport[]>(
      `WITH deleted AS (
         UPDATE reports SET deleted_at = now(), reference = NULL, filename = '', warnings = '[]',
                error = error || '{"detail": ""}', file_expires_at = CASE WHEN file_expires_at > now() THEN now() ELSE file_expires_at END,
                cancel_requested_at = CASE WHEN ${isOpen} THEN coalesce(cancel_requested_at, now()) ELSE cancel_requested_at END,
                state = CASE WHEN state = 'queued' THEN 'canceled' ELSE state END,
                finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END, version = version + 1
          WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL AND version = coalesce($3, version)
      RETURNING id, state),
       input AS (
         DELETE FROM report_inputs USING deleted WHERE report_id = deleted.id)
       SELECT d.state, f.storage_key AS "storageKey" FROM deleted d LEFT JOIN report_files f ON f.report_id = d.id`,
      [id, tenantId, version ?? null],
    );
    return row;
  }

  /** Takes reports back whose worker let its lease run out: running → queued, failed or canceled. */
  rescue(limit: number): Promise<{ id: string; state: ReportState; attempt: number }[]> {
    // The rows are picked once, in a materialized step: a plain sub-select may be run again and pick more than the limit.
    const isFinal = `failures + 1 >= max_attempts`;
    return this.database.query(
      `WITH dead AS MATERIALIZED (
         SELECT id, lease_token FROM reports WHERE state = 'running' AND lease_expires_at < now()
          ORDER BY lease_expires_at LIMIT $1 FOR UPDATE SKIP LOCKED),
       changed AS (
         UPDATE reports r SET failures = failures + 1,
                state = CASE WHEN cancel_requested_at IS NOT NULL THEN 'canceled' WHEN ${isFinal} THEN 'failed' ELSE 'queued' END,
                finished_at = CASE WHEN cancel_requested_at IS NOT NULL OR ${isFinal} THEN now() END,
                error = CASE WHEN cancel_requested_at IS NULL THEN
                  jsonb_build_object('code', 'worker_lost', 'attempt', attempt, 'detail', $2::text) END,
                run_at = now() + ${backOff('$3', 'r')}, ${released}
           FROM dead WHERE r.id = dead.id AND r.state = 'running' AND r.lease_token = dead.lease_token
        RETURNING r.id, r.state, r.attempt)
       SELECT * FROM changed`,
      [limit, 'The worker stopped answering while it rendered the report.', this.config.retryBackoff],
    );
  }

  /** queued → failed for reports that were not finished in time. */
  failOverdue(limit: number): Promise<{ id: string }[]> {
    return this.database.query(
      `WITH overdue AS MATERIALIZED (
         SELECT id FROM reports WHERE state = 'queued' AND deadline_at <= now() LIMIT $1 FOR UPDATE SKIP LOCKED),
       changed AS (
         UPDATE reports r SET state = 'failed', finished_at = now(), version = version + 1, phase = NULL,
                error = jsonb_build_object('code', 'deadline_exceeded', 'attempt', attempt,
                  'detail', $2::text || coalesce(' The last attempt: ' || (error->>'detail'), ''))
           FROM overdue WHERE r.id = overdue.id AND r.state = 'queued' RETURNING r.id)
       SELECT * FROM changed`,
      [limit, 'The report was not finished before its deadline. Ask for it again, with a later deadlineIn.'],
    );
  }

  /** Whether a file became visible; asked when the answer to a {@link complete} was lost on the way. */
  async hasFile(storageKey: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(`SELECT FROM report_files WHERE storage_key = $1`, [storageKey]);
    return rows.length === 1;
  }

  /** succeeded → expired, once the bytes are gone. */
  async expire(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH expired AS (
         UPDATE reports SET state = 'expired', file_id = NULL, version = version + 1
          WHERE id = ANY($1) AND state = 'succeeded' AND file_expires_at <= now() RETURNING id)
       DELETE FROM report_files USING expired WHERE report_id = expired.id`,
      [ids],
    );
  }

  private change<T>(update: string, parameters: unknown[]): Promise<T[]> {
    return this.database.query<T[]>(prepared(`WITH changed AS (${update}) SELECT * FROM changed`), parameters);
  }
}

const isOpen = `state IN ('queued', 'running')`;
const fenced = `id = $1 AND state = 'running' AND attempt = $2 AND lease_token = $3`;
const released = `last_dispatched_at = NULL, phase = NULL, lease_token = NULL, lease_expires_at = NULL, version = version + 1`;
const canceled = `cancel_requested_at = coalesce(cancel_requested_at, now()),
              state = CASE WHEN state = 'queued' THEN 'canceled' ELSE state END,
              finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END, version = version + 1`;

function args(fence: Fence): unknown[] {
  return [fence.id, fence.attempt, fence.leaseToken];
}

function ms(parameter: string): string {
  return `${parameter}::float8 * interval '1 millisecond'`;
}

/** Twice as long after each failure, five minutes at most. Jitter of a fifth keeps reports that failed together apart. */
function backOff(base: string, row = 'reports'): string {
  return `least(${ms(base)} * power(2, ${row}.failures), interval '5 minutes') * (0.8 + 0.4 * (hashtext(${row}.id::text || ${row}.attempt::text) & 1023) / 1023.0)`;
}
