import type { OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { setTimeout as wait } from 'node:timers/promises';
import { Counter } from 'prom-client';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { toPublicId } from '../platform/ids/public-id';
import { Loop } from '../platform/loops/loop';
import type { TakenDelivery } from './delivery-state';
import { DeliveryStateMachine } from './delivery-state';
import { nextTryIn, parseRetryAfter } from './retry-schedule';
import { SendDelivery } from './send-delivery';

const batch = 100;
/** In one process: enough for fifty endpoints that do not answer, beside those that do. */
const maxInFlight = 250;
/** Pause before a place that has become free is filled, so that many that do so at once cost one query. */
const refillMs = 50;
/** How long what is under way may go on when the process stops; what is cut off is sent again by another. */
const drainMs = 5_000;

const tries = new Counter({
  name: 'pressroom_webhook_attempts_total',
  help: 'Tries of webhook deliveries, by what came of them.',
  labelNames: ['outcome'],
});

/** Sends deliveries that are due. Each runs by itself, so one that hangs holds up no other. */
@Injectable()
export class RelayLoop extends Loop implements OnModuleDestroy {
  private readonly inFlight = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private filling: Promise<void> | undefined;
  private refill: NodeJS.Timeout | undefined;
  private isClosing = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    logger: PinoLogger,
    private readonly states: DeliveryStateMachine,
    private readonly sender: SendDelivery,
  ) {
    super(config.webhookInterval, logger);
  }

  protected async tick(): Promise<void> {
    for (const { id, state } of await this.states.reclaim(batch))
      this.logger.warn({ deliveryId: toPublicId('whd', id), state }, 'a delivery was taken back from a lost worker');
    await this.fill();
  }

  /** Takes nothing more, before anything else is shut down. */
  onModuleDestroy(): void {
    this.isClosing = true;
    clearTimeout(this.refill);
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    await this.filling?.catch(() => undefined);
    const done = new AbortController();
    const drained = Promise.allSettled(this.inFlight).then(() => done.abort());
    const grace = Math.min(drainMs, this.config.shutdownGrace);
    await Promise.race([drained, wait(grace, undefined, { signal: done.signal }).catch(() => undefined)]);
    this.stopped.abort();
    await Promise.allSettled(this.inFlight);
  }

  /** One at a time: two would count the free places twice. */
  private fill(): Promise<void> {
    this.filling ??= this.takeAndStart().finally(() => (this.filling = undefined));
    return this.filling;
  }

  private async takeAndStart(): Promise<void> {
    const free = Math.min(batch, maxInFlight - this.inFlight.size);
    if (this.isClosing || free <= 0) return;
    for (const delivery of await this.states.take(free)) {
      const run = this.deliver(delivery)
        .catch((err: unknown) =>
          this.logger.error({ err, ...idsOf(delivery) }, 'the outcome of a delivery was not kept'),
        )
        .finally(() => {
          this.inFlight.delete(run);
          this.fillSoon();
        });
      this.inFlight.add(run);
    }
  }

  private fillSoon(): void {
    if (this.isClosing || this.refill) return;
    this.refill = setTimeout(() => {
      this.refill = undefined;
      this.fill().catch((err: unknown) => this.logger.error({ err }, 'deliveries could not be taken'));
    }, refillMs);
  }

  private async deliver(delivery: TakenDelivery): Promise<void> {
    const answer = await this.sender.send(delivery, this.stopped.signal);
    if ('error' in answer) {
      if (this.stopped.signal.aborted) {
        await this.states.handBack(delivery);
        tries.inc({ outcome: 'handed_back' });
      } else await this.retry(delivery, { status: null, error: answer.error }, 0);
      return;
    }
    const { status, retryAfter } = answer;
    if (status >= 200 && status < 300) {
      await this.states.succeed(delivery, { status, error: null });
      tries.inc({ outcome: 'delivered' });
      return;
    }
    const outcome = { status, error: describe(status) };
    if (status === 410) {
      await this.states.disableEndpoint(delivery, outcome, 'The receiver answered 410 Gone.');
      tries.inc({ outcome: 'disabled' });
      this.logger.warn(idsOf(delivery), 'a webhook endpoint was disabled: its receiver answered 410');
      return;
    }
    await this.retry(delivery, outcome, status === 429 || status === 503 ? parseRetryAfter(retryAfter) : 0);
  }

  private async retry(
    delivery: TakenDelivery,
    outcome: { status: number | null; error: string },
    retryAfterMs: number,
  ): Promise<void> {
    const delayMs = nextTryIn(this.config.webhookSchedule, delivery.triesInRound, retryAfterMs);
    await this.states.fail(delivery, outcome, delayMs);
    tries.inc({ outcome: delayMs === undefined ? 'exhausted' : 'failed' });
    this.logger.debug({ ...idsOf(delivery), ...outcome, delayMs }, 'a webhook delivery failed');
  }
}

function describe(status: number): string {
  const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
  return `The receiver answered ${status}.${redirect}`;
}

function idsOf({ id, endpointId, tenantId }: TakenDelivery): object {
  return { deliveryId: toPublicId('whd', id), endpointId: toPublicId('whe', endpointId), tenantId };
}
