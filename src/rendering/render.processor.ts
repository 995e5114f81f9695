import { InjectQueue } from '@nestjs/bull';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { PinoLogger } from 'nestjs-pino';
import { setTimeout as wait } from 'node:timers/promises';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import type { Lane, RenderJob } from '../platform/queue/render-bell';
import { renderQueues } from '../platform/queue/render-bell';
import { Dispatcher } from '../reports/dispatcher';
import { RenderReport } from './render-report';

/** Handing back takes one statement; it is given up when Postgres does not answer. */
const handBackMs = 5_000;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The reports of a lane that this worker renders at once. */
interface Slots {
  queue: Queue<RenderJob>;
  count: number;
  taken: number;
  /** Rings so far. */
  heard: number;
}

/** Answers the bell: each job names a report, which is rendered if it still waits. */
@Injectable()
export class RenderProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly slots: Record<Lane, Slots>;
  private readonly running = new Set<Promise<void>>();
  private isHeld = false;
  private isEnding = false;

  constructor(
    @InjectQueue(renderQueues.short) short: Queue<RenderJob>,
    @InjectQueue(renderQueues.long) long: Queue<RenderJob>,
    private readonly renderReport: RenderReport,
    private readonly dispatcher: Dispatcher,
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {
    const { renderConcurrency, longConcurrency } = config;
    this.slots = {
      short: { queue: short, count: renderConcurrency, taken: 0, heard: 0 },
      long: { queue: long, count: longConcurrency, taken: 0, heard: 0 },
    };
  }

  /** Whether it would take one more report of a lane, if it heard the bell. */
  isFree(lane: Lane): boolean {
    const { count, taken } = this.slots[lane];
    return !this.isEnding && !this.isHeld && taken < count;
  }

  /** Rings of a lane that were heard so far. */
  heard(lane: Lane): number {
    return this.slots[lane].heard;
  }

  /** Registered by hand, because the decorator's concurrency cannot come from the configuration. */
  onApplicationBootstrap(): void {
    for (const slots of Object.values(this.slots)) if (slots.count > 0) this.listen(slots);
  }

  /** Takes no new reports until {@link release}; the running ones go on. */
  async hold(): Promise<void> {
    this.isHeld = true;
    await Promise.all(this.queues.map((queue) => queue.pause(true, true)));
  }

  async release(): Promise<void> {
    if (!this.isEnding) await Promise.all(this.queues.map((queue) => queue.resume(true)));
    this.isHeld = false;
  }

  /** Takes no new reports, lets the running ones finish within the grace, and hands back those that have not. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    // Not waited for: without Redis it takes long, and from here on no job is taken anyway.
    this.hold().catch((err: unknown) => this.logger.warn({ err }, 'the queues were not paused'));
    await this.allEnded(this.config.shutdownGrace);
    this.renderReport.handBackAll();
    if (!(await this.allEnded(handBackMs)))
      this.logger.error('reports were not handed back; their leases will run out');
  }

  private get queues(): Queue<RenderJob>[] {
    return Object.values(this.slots).map(({ queue }) => queue);
  }

  private listen(slots: Slots): void {
    slots.queue.on('error', (err) => this.logger.warn({ err }, 'the queue reported an error'));
    slots.queue
      .process(slots.count, async (job) => {
        slots.heard++;
        slots.taken++;
        await this.process(job.data).finally(() => slots.taken--);
      })
      .catch((err: unknown) => this.logger.error({ err }, 'the queue stopped')); // seen by the hearing watch
  }

  /** @returns whether no report was left within the time */
  private async allEnded(withinMs: number): Promise<boolean> {
    const waiting = new AbortController();
    const timeUp = wait(withinMs, false, { signal: waiting.signal }).catch(() => false);
    const isEnded = await Promise.race([Promise.allSettled(this.running).then(() => true), timeUp]);
    waiting.abort();
    return isEnded;
  }

  private async process(job: Partial<RenderJob> | null): Promise<void> {
    // Anyone who reaches Redis can write jobs; the worst that one may do is to ring for a report that waits anyway.
    if (typeof job?.reportId !== 'string' || !uuid.test(job.reportId)) return;
    // It was on its way when the queue was paused.
    if (this.isEnding) return this.dispatcher.leaveToOthers(job.reportId);
    const run = this.renderReport.run(job.reportId);
    this.running.add(run);
    try {
      await run;
    } finally {
      this.running.delete(run);
    }
  }
}
