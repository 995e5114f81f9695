import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { toPublicId } from '../platform/ids/public-id';
import { OutboundGuard, OutboundRefused } from '../platform/outbound/outbound-guard';
import type { PostAnswer } from '../platform/outbound/post';
import { post } from '../platform/outbound/post';
import type { TakenDelivery } from './delivery-state';
import { signMessage } from './sign-message';
import { WebhookSecrets } from './webhook-secrets';

/** Sends one delivery once. */
@Injectable()
export class SendDelivery {
  private readonly guard: OutboundGuard;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly secrets: WebhookSecrets,
  ) {
    this.guard = new OutboundGuard(config.outboundAllow);
  }

  /**
   * @param stopped ends the try early
   * @returns the receiver's answer, or a sentence about why there is none
   */
  async send(delivery: TakenDelivery, stopped: AbortSignal): Promise<PostAnswer | { error: string }> {
    const timeUp = AbortSignal.timeout(this.config.webhookTimeout);
    const signal = AbortSignal.any([timeUp, stopped]);
    try {
      const { type, data, createdAt } = delivery;
      const body = JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
      const signed = signMessage(this.secretsOf(delivery), toPublicId('whd', delivery.id), new Date(), body);
      const destination = await this.guard.locate(delivery.url, signal);
      if (!destination) return { error: 'The host name of the URL has no address.' };
      return await post(destination, { ...signed, ...fixedHeaders }, body, signal);
    } catch (error) {
      if (timeUp.aborted) return { error: `There was no answer within ${this.config.webhookTimeout / 1_000} s.` };
      return { error: explain(error) };
    }
  }

  private secretsOf({ endpointId, secret, previousSecret }: TakenDelivery): string[] {
    const sealed = previousSecret === null ? [secret] : [secret, previousSecret];
    return sealed.map((text) => this.secrets.open(text, endpointId));
  }
}

const fixedHeaders = { 'content-type': 'application/json', 'user-agent': 'Pressroom-Webhooks/1' };

/** What a tenant may know: the kind of failure, no address of ours. */
function explain(error: unknown): string {
  if (error instanceof OutboundRefused) return `The URL is refused because ${error.message}.`;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? 'The message could not be sent.' : `The message could not be sent (${code}).`;
}
