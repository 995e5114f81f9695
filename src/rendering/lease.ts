import type { Fence, Progress, ReportStateMachine } from '../reports/report-state';
import { RenderAborted } from './render-failure';

interface LeaseTimes {
  leaseMs: number;
  heartbeatMs: number;
  /** Longest time that the render may take. */
  timeoutMs: number;
  /** From now to the report's deadline. */
  deadlineMs: number;
}

/** Progress is written at most this often; with it the worker learns of a cancellation. */
const progressIntervalMs = 500;

/**
 * A worker's hold on a report: renews the lease, writes the progress, and aborts its signal when the report was
 * canceled, the time is up, or the lease can no longer be believed in.
 */
export class Lease {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly timeout: NodeJS.Timeout;
  private readonly deadline: NodeJS.Timeout;
  private progress: Progress = { phase: 'starting', percent: 0, rows: 0, pages: 0 };
  private isChanged = false;
  private isAsked = false;
  private isBeating = false;
  private lastKept = performance.now();

  constructor(
    private readonly states: Pick<ReportStateMachine, 'heartbeat'>,
    readonly fence: Fence,
    private readonly times: LeaseTimes,
  ) {
    this.timer = setInterval(() => void this.beat(), Math.min(progressIntervalMs, times.heartbeatMs));
    this.timeout = setTimeout(() => this.abort('timeout'), times.timeoutMs);
    // A timer can be set for no more than 2^31 - 1 milliseconds; no attempt lasts that long.
    this.deadline = setTimeout(() => this.abort('deadline'), Math.min(times.deadlineMs, 2 ** 31 - 1));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  report(progress: Progress): void {
    this.progress = progress;
    this.isChanged = true;
  }

  /** Looks at once whether the report is still wanted, instead of with the next heartbeat. */
  ask(): void {
    this.isAsked = true;
    void this.beat();
  }

  abort(why: RenderAborted['why']): void {
    if (!this.signal.aborted) this.controller.abort(new RenderAborted(why));
  }

  /** The document is there; storing it is not held against the time of the render. */
  endRender(): void {
    clearTimeout(this.timeout);
    this.report({ ...this.progress, phase: 'storing', percent: 99 });
  }

  release(): void {
    clearInterval(this.timer);
    clearTimeout(this.timeout);
    clearTimeout(this.deadline);
  }

  private async beat(): Promise<void> {
    const silentMs = performance.now() - this.lastKept;
    // Ended well before the lease does, so that two attempts of a report never run side by side for long.
    if (silentMs > (this.times.leaseMs * 2) / 3) this.abort('lease-lost');
    const isDue = this.isChanged || this.isAsked || silentMs >= this.times.heartbeatMs;
    if (this.signal.aborted || this.isBeating || !isDue) return;
    this.isBeating = true;
    this.isChanged = this.isAsked = false;
    const at = performance.now();
    try {
      const answer = await this.states.heartbeat(this.fence, this.progress);
      if (answer === 'kept') this.lastKept = at;
      else this.abort(answer === 'canceled' ? 'canceled' : 'lease-lost');
    } catch {
      // Postgres is away: the next beat tries again, until the lease can no longer be believed in.
    } finally {
      this.isBeating = false;
    }
  }
}
