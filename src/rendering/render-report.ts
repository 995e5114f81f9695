import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { createReadStream } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { isDatabaseUnavailable } from '../platform/database/database-errors';
import { failures } from '../platform/errors/catalogue';
import { newId } from '../platform/ids/public-id';
import { Dispatcher } from '../reports/dispatcher';
import type { ClaimedReport, FinishedFile } from '../reports/report-state';
import { ReportStateMachine } from '../reports/report-state';
import type { ReportFailure, ReportState } from '../reports/report.entity';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';
import type { Rendered } from './engine-pool';
import { EnginePool } from './engine-pool';
import { Lease } from './lease';
import type { LoadedTask } from './load-task';
import { LoadTask } from './load-task';
import { RenderAborted, RenderFailed } from './render-failure';
import {
  attemptDuration,
  attemptFailures,
  bytesStored,
  pagesRendered,
  queueWait,
  rendersRunning,
  staleWrites,
} from './render-metrics';
import { TemporaryFiles } from './temporary-files';

/** What came of an attempt. */
type Outcome = 'succeeded' | 'failed' | 'queued_again' | 'canceled' | 'lost';

const workerId = `${hostname()}:${process.pid}`;

/** Half a minute, doubled with each attempt, five minutes at most. */
const storageRetryMs = (attempt: number) => Math.min(30_000 * 2 ** (attempt - 1), 300_000);

/** The pipeline of a report: claim, load, render, store, complete. */
@Injectable()
export class RenderReport {
  private readonly leases = new Set<Lease>();

  constructor(
    private readonly states: ReportStateMachine,
    private readonly dispatcher: Dispatcher,
    private readonly loadTask: LoadTask,
    private readonly engine: EnginePool,
    private readonly temporaryFiles: TemporaryFiles,
    @Inject(STORAGE) private readonly storage: Storage,
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  /** Renders a report unless it is already taken or done; settles once its new state is written. */
  async run(reportId: string): Promise<void> {
    const report = await this.states.claim(reportId, workerId);
    if (!report) return;
    queueWait.observe({ lane: report.lane }, Number(report.msWaited) / 1000);
    this.dispatcher.ring(report.tenantId); // there is room in its tenant's window now
    const { lease: leaseMs, heartbeat: heartbeatMs, renderTimeout: timeoutMs } = this.config;
    const deadlineMs = Number(report.msToDeadline);
    const lease = new Lease(this.states, report, { leaseMs, heartbeatMs, timeoutMs, deadlineMs });
    this.leases.add(lease);
    rendersRunning.inc();
    let outcome: Outcome = 'lost';
    const started = performance.now();
    try {
      const task = await this.loadTask.load(report, await this.temporaryFiles.make(report));
      const rendered = await this.render(report, task, lease);
      lease.endRender();
      const file = await this.store(report, task, rendered, lease.signal);
      outcome = await this.persist(() => this.complete(report, file));
      const { pages, size } = file;
      const { peakHeap } = rendered;
      const ms = Math.round(performance.now() - started);
      const message = outcome === 'succeeded' ? 'report succeeded' : 'a finished report was no longer wanted';
      this.logger.info({ ...idsOf(report), pages, size, peakHeap, ms }, message);
    } catch (error) {
      outcome = await this.persist(() => this.giveUp(report, error));
    } finally {
      rendersRunning.dec();
      attemptDuration.observe({ outcome }, (performance.now() - started) / 1000);
      lease.release();
      this.leases.delete(lease);
      await this.temporaryFiles.remove(report);
    }
  }

  /** Looks at once whether a report that this process renders is still wanted; every one where none is named. */
  askWhetherWanted(reportId?: string): void {
    for (const lease of this.leases) if (reportId === undefined || lease.fence.id === reportId) lease.ask();
  }

  /** Ends every render of this process and hands its report back, for another worker to begin anew. */
  handBackAll(): void {
    for (const lease of this.leases) lease.abort('shutdown');
  }

  private render({ lane }: ClaimedReport, task: LoadedTask, lease: Lease): Promise<Rendered> {
    return this.engine.render(lane, task, lease.signal, ({ share, ...progress }) => {
      // The last percent is for storing the file; only a report that is complete shows 100.
      lease.report({ ...progress, percent: Math.floor((share ?? 0) * 99) });
    });
  }

  private async store(
    report: ClaimedReport,
    task: LoadedTask,
    rendered: Rendered,
    signal: AbortSignal,
  ): Promise<FinishedFile> {
    // Attempt and token make the key this attempt's own, so that no worker of the past can write over another's file.
    const { id, attempt, leaseToken, format } = report;
    const storageKey = `reports/${id.slice(-2)}/${id}-${attempt}-${leaseToken}.${format}`;
    let stored;
    try {
      stored = await this.storage.put(
        storageKey,
        createReadStream(task.outputPath, { highWaterMark: 256 * 1024, signal }),
      );
    } catch (error) {
      if (signal.reason instanceof RenderAborted) throw signal.reason;
      throw new RenderFailed('storage_unavailable', 'The finished file could not be stored.', error);
    }
    if (stored.sha256 !== rendered.sha256)
      throw new RenderFailed('storage_unavailable', 'The stored file differs from the one that was rendered.');
    const { pages, warnings, provenance } = rendered;
    return { id: newId(), storageKey, ...stored, mediaType: 'application/pdf', pages, warnings, provenance };
  }

  private async complete(report: ClaimedReport, file: FinishedFile): Promise<Outcome> {
    // An earlier try may have been carried out although its answer got lost; that file must not be removed.
    if ((await this.states.complete(report, file)) || (await this.states.hasFile(file.storageKey))) {
      pagesRendered.inc(file.pages);
      bytesStored.inc(file.size);
      return 'succeeded';
    }
    await this.storage.remove(file.storageKey);
    return this.confirmCancel(report);
  }

  private async confirmCancel(report: ClaimedReport): Promise<Outcome> {
    return outcomeOf((await this.states.confirmCancel(report)) ? 'canceled' : undefined);
  }

  /** What a render came to is worth waiting for: while Postgres is away this tries again, for as long as a lease lasts. */
  private async persist<T>(write: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.config.lease;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isDatabaseUnavailable(error) || performance.now() > until) throw error;
        await wait(1_000);
      }
    }
  }

  private async giveUp(report: ClaimedReport, error: unknown): Promise<Outcome> {
    const { attempt } = report;
    if (error instanceof RenderAborted) {
      this.logger.warn({ ...idsOf(report), why: error.why }, 'a render was aborted');
      if (error.why === 'lease-lost') return 'lost';
      if (error.why === 'shutdown') return this.handBack(report, 0);
      if (error.why === 'canceled') return this.confirmCancel(report);
    }
    // Postgres was away while the report was loaded, which says nothing against the report.
    if (isDatabaseUnavailable(error)) return this.handBack(report, this.config.retryBackoff);
    const { code, detail, cause } = toFailure(error);
    this.logger.warn({ ...idsOf(report), code, err: cause }, 'an attempt failed');
    const failure = { code, detail, attempt };
    // A full or absent storage says nothing against the report, so it costs it none of its attempts.
    const outcome =
      code === 'storage_unavailable'
        ? await this.handBack(report, storageRetryMs(attempt), failure)
        : outcomeOf(await this.states.fail(report, failure, failures[code].retryable));
    attemptFailures.inc({ code });
    return outcome;
  }

  private async handBack(report: ClaimedReport, delayMs: number, failure?: ReportFailure): Promise<Outcome> {
    return outcomeOf(await this.states.handBack(report, delayMs, failure));
  }
}

/** By the state that an attempt's last statement has led to; undefined where the report had another attempt by then. */
function outcomeOf(state: ReportState | undefined): Outcome {
  if (state === undefined) staleWrites.inc();
  if (state === 'failed' || state === 'canceled') return state;
  return state === 'queued' ? 'queued_again' : 'lost';
}

function toFailure(error: unknown): RenderFailed {
  if (error instanceof RenderFailed) return error;
  const ended = { timeout: 'render_timeout', deadline: 'deadline_exceeded' } as const;
  const why = error instanceof RenderAborted ? error.why : undefined;
  const code = why === 'timeout' || why === 'deadline' ? ended[why] : 'render_error';
  return new RenderFailed(code, `${failures[code].title}.`, error);
}

function idsOf({ id, attempt, tenantId, requestId }: ClaimedReport): object {
  return { reportId: id, attempt, tenantId, requestId };
}
