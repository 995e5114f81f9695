import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import { Counter, Gauge } from 'prom-client';

const lastSuccess = new Gauge({
  name: 'pressroom_loop_last_success_timestamp_seconds',
  help: 'When a round of a loop last ended well in this process, in seconds since 1970.',
  labelNames: ['loop'],
});
const errors = new Counter({
  name: 'pressroom_loop_errors_total',
  help: 'Rounds of a loop that failed.',
  labelNames: ['loop'],
});

/**
 * Something that every worker does again and again, to mend what a crash left. A subclass does one round in `tick`;
 * a round that fails is logged, and the next one comes all the same. Rounds never overlap.
 */
export abstract class Loop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** What the last round failed with; undefined when it went well. */
  private trouble: string | undefined;

  constructor(
    private readonly intervalMs: number,
    protected readonly logger: PinoLogger,
  ) {}

  /** One round. */
  protected abstract tick(): Promise<void>;

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** A fifth of jitter keeps the loops of many processes from falling into step. */
  private schedule(): void {
    if (this.isStopped) return;
    const delayMs = this.intervalMs * (0.8 + 0.4 * Math.random());
    this.timer = setTimeout(() => {
      this.round = this.run();
    }, delayMs);
  }

  private async run(): Promise<void> {
    const loop = this.constructor.name;
    try {
      await this.tick();
      lastSuccess.setToCurrentTime({ loop });
      if (this.trouble !== undefined) this.logger.info({ loop }, 'the rounds of a loop go well again');
      this.trouble = undefined;
    } catch (err) {
      errors.inc({ loop });
      const trouble = String(err);
      if (trouble !== this.trouble)
        this.logger.error(
          { err, loop },
          'a round of a loop failed; as long as others fail alike, that is not said again',
        );
      this.trouble = trouble;
    }
    this.schedule();
  }
}
