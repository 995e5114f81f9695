import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { RedisConnections } from './redis-connections';

/** Name of the queue. */
export const renderQueue = 'render';

/** All that a job in Redis says. The report itself is read from Postgres. */
export interface RenderJob {
  reportId: string;
  seq: number;
}

/** Tells the workers that a report is there to be rendered. A ring may be lost or come twice; neither does harm. */
@Injectable()
export class RenderBell {
  constructor(
    @InjectQueue(renderQueue) private readonly queue: Queue<RenderJob>,
    connections: RedisConnections,
  ) {
    queue.once('close', () => connections.closeAll());
  }

  get isConnected(): boolean {
    return this.queue.client.status === 'ready';
  }

  /** Rings that no worker has answered yet. */
  countWaiting(): Promise<number> {
    return this.queue.count();
  }

  /** The same, without those that nobody is to answer because the queue is paused in Redis, or that are for later. */
  countToBeAnswered(): Promise<number> {
    return this.queue.getJobCountByTypes('waiting');
  }

  /**
   * @param turn rings that wait are answered in the order of this number, the smallest first
   * @returns whether Redis took the ring; never throws, and never waits long
   */
  async ring(job: RenderJob, turn: number): Promise<boolean> {
    // Bull's add waits for a first connection without end, so it is only asked when there is one.
    if (!this.isConnected) return false;
    try {
      await this.queue.add(job, {
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
