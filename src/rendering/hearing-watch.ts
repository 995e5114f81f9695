import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Loop } from '../platform/loops/loop';
import type { Lane } from '../platform/queue/render-bell';
import { RenderBell, lanes } from '../platform/queue/render-bell';
import { RenderProcessor } from './render.processor';

const intervalMs = 2_000;
/** More than a connection takes to be replaced, so that this is the last resort. */
const patienceMs = 20_000;

/**
 * Ends a worker that does not hear the bell any more: connections come back by themselves, but a queue client may be
 * dead for reasons that it does not know of. While rings wait, a worker with room takes one at once; one that takes none
 * for long is deaf. It ends in good order with exit code 1, and whoever started it starts it anew.
 */
@Injectable()
export class HearingWatch extends Loop {
  private readonly health = {
    short: { heard: 0, wellAt: performance.now() },
    long: { heard: 0, wellAt: performance.now() },
  };

  constructor(
    logger: PinoLogger,
    @Inject(RenderBell) private readonly bell: Pick<RenderBell, 'isConnected' | 'countToBeAnswered'>,
    @Inject(RenderProcessor) private readonly processor: Pick<RenderProcessor, 'isFree' | 'heard'>,
  ) {
    super(intervalMs, logger);
  }

  protected async tick(): Promise<void> {
    for (const lane of lanes) await this.checkLane(lane);
  }

  private async checkLane(lane: Lane): Promise<void> {
    // While Redis is away nobody hears anything, and a new process would not either.
    const waiting = this.bell.isConnected ? await this.bell.countToBeAnswered(lane).catch(() => 0) : 0;
    const heard = this.processor.heard(lane);
    const health = this.health[lane];
    if (waiting === 0 || !this.processor.isFree(lane) || heard !== health.heard) health.wellAt = performance.now();
    health.heard = heard;
    if (performance.now() - health.wellAt < patienceMs) return;
    this.logger.fatal({ lane, waiting }, 'rings wait, and this worker hears none of them: it ends, to be started anew');
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
    health.wellAt = performance.now(); // said once: a second signal would end it at once
  }
}
