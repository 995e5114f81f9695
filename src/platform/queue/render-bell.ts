import { InjectQueue } from '@nestjs/bull';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { setTimeout as wait } from 'node:timers/promises';
import { Counter } from 'prom-client';
import { RedisConnections } from './redis-connections';

/** Work that takes seconds or minutes has a queue of its own, and workers have slots for each, so that short work need not wait. */
export type Lane = 'short' | 'long';

export const lanes = ['short', 'long'] as const satisfies Lane[];

/** Names of the queues. */
export const renderQueues = { short: 'render', long: 'render-long' } as const satisfies Record<Lane, string>;

/** All that a job in Redis says. The report itself is read from Postgres. */
export interface RenderJob {
  reportId: string;
  seq: number;
}

/** How long Redis may take to see a process off. */
const closingMs = 2_000;

const rings = new Counter({
  name: 'pressroom_rings_total',
  help: 'Rings for reports: taken by Redis, or lost because it was not there. A lost one is repeated.',
  labelNames: ['outcome'],
});

/** Tells the workers that a report is there to be rendered. A ring may be lost or come twice; neither does harm. */
@Injectable()
export class RenderBell implements OnApplicationShutdown {
  private readonly queues: Record<Lane, Queue<RenderJob>>;

  constructor(
    @InjectQueue(renderQueues.short) short: Queue<RenderJob>,
    @InjectQueue(renderQueues.long) long: Queue<RenderJob>,
    private readonly connections: RedisConnections,
  ) {
    this.queues = { short, long };
    // The queues' own hook comes while others still ring, and can wait for ever for a Redis that takes connections and
    // never answers.
    for (const queue of [short, long]) Object.assign(queue, { onApplicationShutdown: () => undefined });
  }

  /** Of a global module, so after those of all who ring. */
  async onApplicationShutdown(): Promise<void> {
    const { short, long } = this.queues;
    const isClosed = Promise.all([short.close(), long.close()]);
    await Promise.race([isClosed, wait(closingMs, undefined, { ref: false })]);
    this.connections.closeAll();
  }

  get isConnected(): boolean {
    return this.queues.short.client.status === 'ready'; // both have the same connection
  }

  /** Rings that no worker has answered yet. */
  async countWaiting(): Promise<number> {
    const [short, long] = await Promise.all([this.queues.short.count(), this.queues.long.count()]);
    return short + long;
  }

  /** Those of a lane, without those that nobody is to answer because the queue is paused in Redis, or that are for later. */
  countToBeAnswered(lane: Lane): Promise<number> {
    return this.queues[lane].getJobCountByTypes('waiting');
  }

  /**
   * @param turn rings that wait in a lane are answered in the order of this number, the smallest first
   * @returns whether Redis took the ring; never throws, and never waits long
   */
  async ring(lane: Lane, job: RenderJob, turn: number): Promise<boolean> {
    const isTaken = await this.add(lane, job, turn);
    rings.inc({ outcome: isTaken ? 'taken' : 'lost' });
    return isTaken;
  }

  private async add(lane: Lane, job: RenderJob, turn: number): Promise<boolean> {
    // Bull's add waits for a first connection without end, so it is only asked when there is one.
    if (!this.isConnected) return false;
    try {
      await this.queues[lane].add(job, {
        // Bull drops an id that it still knows, in whatever state; a new number for each ring makes it new.
        jobId: `${job.reportId}.${job.seq}`,
        priority: turn,
        attempts: 1,
        removeOnComplete: true,
        removeOnFail: true,
      });
      return true;
    } catch {
      return false;
    }
  }
}
