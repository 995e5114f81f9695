import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { SecretBox } from '../platform/secrets/secret-box';

/** Keeps the secrets of endpoints encrypted at rest, each bound to the endpoint that it belongs to. */
@Injectable()
export class WebhookSecrets {
  private readonly box: SecretBox;

  constructor(@Inject(CONFIG) { cursorSecret, oldSecret }: Config) {
    this.box = new SecretBox([cursorSecret, oldSecret], 'webhook endpoints');
  }

  seal(secret: string, endpointId: string): string {
    return this.box.seal(secret, endpointId);
  }

  /** @throws Error when it was encrypted with a secret that is not configured any more */
  open(sealed: string, endpointId: string): string {
    return this.box.open(sealed, endpointId);
  }
}
