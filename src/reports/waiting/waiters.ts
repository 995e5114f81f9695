import type { OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { Gauge } from 'prom-client';
import { CONFIG } from '../../platform/config/config';
import type { Config } from '../../platform/config/config';
import { AppError } from '../../platform/errors/app-error';

/** One answer that is put off. */
export interface Waiter {
  /** Aborted when the client has gone, and when the process is about to end. */
  signal: AbortSignal;
  /** Gives the place back. */
  leave: () => void;
}

const waiting = new Gauge({
  name: 'pressroom_waiters',
  help: 'Answers that this process puts off now, for Prefer: wait and event streams.',
});

/** The places for answers that are put off, of which a process and each key have only so many. */
@Injectable()
export class Waiters implements OnModuleDestroy {
  private readonly perKey = new Map<string, number>();
  private readonly controllers = new Set<AbortController>();
  private isStopping = false;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Answers that are put off now. */
  get count(): number {
    return this.controllers.size;
  }

  /** @returns undefined when the process, or the key, has no place left */
  enter(keyId: string, response: ServerResponse): Waiter | undefined {
    const ofKey = this.perKey.get(keyId) ?? 0;
    if (this.count >= this.config.maxWaiters || ofKey >= this.config.maxWaitersPerKey) return undefined;
    const controller = new AbortController();
    this.controllers.add(controller);
    waiting.inc();
    this.perKey.set(keyId, ofKey + 1);
    const leave = () => {
      if (!this.controllers.delete(controller)) return;
      waiting.dec();
      const left = this.perKey.get(keyId)! - 1;
      if (left === 0) this.perKey.delete(keyId);
      else this.perKey.set(keyId, left);
      response.off('close', abandon);
    };
    const abandon = () => {
      leave();
      controller.abort();
    };
    response.once('close', abandon);
    if (this.isStopping) controller.abort();
    if (response.destroyed) abandon();
    return { signal: controller.signal, leave };
  }

  /** The first thing at shutdown, so that nobody has to wait for those who wait. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const controller of this.controllers) controller.abort();
  }
}

/** The answer to a request that wants to wait where no place is left. */
export function tooManyWaiters(): AppError {
  const reason = 'Too many requests with this key, or to this process, are waiting already';
  return new AppError('quota-exceeded', { reason }, { headers: { 'retry-after': '5' } });
}
