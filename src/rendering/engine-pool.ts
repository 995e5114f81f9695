import type { OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { CONFIG, awsEnvironment } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import type { RenderProgress } from '../engine';
import type { Lane } from '../platform/queue/render-bell';
import { RenderAborted, RenderFailed } from './render-failure';
import type { RenderOutcome, RenderTask } from './render-task';

type ThreadCount = { minThreads: number; maxThreads: number; idleTimeout?: number };

/** How long a thread waits for another long report before it ends. */
const longIdleMs = 5_000;

export type Rendered = Extract<RenderOutcome, { isOk: true }>;

/**
 * The threads in which reports are rendered: each with a heap limit, no environment but the storage's credentials, and no
 * way to harm its process. Those for short reports live as long as the process, so that fonts are opened once; those for long
 * ones come and go, and give back the memory that they took.
 */
@Injectable()
export class EnginePool implements OnApplicationShutdown {
  private readonly pools: Record<Lane, Piscina<RenderTask, RenderOutcome>>;

  constructor(@Inject(CONFIG) config: Config) {
    const { renderConcurrency, longConcurrency } = config;
    this.pools = {
      short: openPool(config, { minThreads: renderConcurrency, maxThreads: renderConcurrency }),
      // None where the queue of long reports is not listened to; but a pool has room for one.
      long: openPool(config, {
        minThreads: 0,
        maxThreads: Math.max(1, longConcurrency),
        idleTimeout: longIdleMs,
      }),
    };
  }

  /**
   * Renders in a thread. When the signal aborts, the thread is ended wherever it is.
   *
   * @throws RenderFailed for what the engine or its limits refuse, RenderAborted with the signal's reason
   */
  async render(
    lane: Lane,
    task: Omit<RenderTask, 'progressPort'>,
    signal: AbortSignal,
    onProgress: (progress: RenderProgress) => void,
  ): Promise<Rendered> {
    const { port1: ownPort, port2: progressPort } = new MessageChannel();
    ownPort.on('message', onProgress);
    let outcome: RenderOutcome;
    try {
      outcome = await this.pools[lane].run({ ...task, progressPort }, { signal, transferList: [progressPort] });
    } catch (error) {
      if (signal.reason instanceof RenderAborted) throw signal.reason;
      throw toFailure(error);
    } finally {
      ownPort.close();
    }
    if (outcome.isOk) return outcome;
    throw new RenderFailed(outcome.code, outcome.detail);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pools.short.destroy(), this.pools.long.destroy()]);
  }
}

function openPool(config: Config, threads: ThreadCount): Piscina<RenderTask, RenderOutcome> {
  return new Piscina({
    filename: join(__dirname, 'engine-thread.js'),
    name: 'runRenderTask',
    ...threads,
    concurrentTasksPerWorker: 1,
    env: config.storage === 's3' ? awsEnvironment() : {},
    // A small young generation: streamed rows die young, and a large one only grows the resident memory.
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(config.renderHeap / 2 ** 20), maxYoungGenerationSizeMb: 16 },
  });
}

function toFailure(error: unknown): RenderFailed {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new RenderFailed('render_out_of_memory', 'The render needed more memory than one report may have.', error);
  return new RenderFailed('render_error', 'The render broke off with an unexpected error.', error);
}
