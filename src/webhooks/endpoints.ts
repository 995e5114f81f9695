import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { DataSource, IsNull, Repository } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError, validationFailed } from '../platform/errors/app-error';
import { fromPublicId, newId } from '../platform/ids/public-id';
import { OutboundGuard, OutboundRefused } from '../platform/outbound/outbound-guard';
import type { EndpointChange, EndpointRequest } from './endpoint.schema';
import { defaultEventTypes } from './event-types';
import { newWebhookSecret } from './sign-message';
import { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookSecrets } from './webhook-secrets';

const maxEndpoints = 20;

/** A registration does not wait longer for DNS; the URL is checked again with each delivery. */
const checkMs = 3_000;

/** The webhook endpoints of tenants. */
@Injectable()
export class Endpoints {
  private readonly guard: OutboundGuard;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @InjectRepository(WebhookEndpoint) private readonly endpoints: Repository<WebhookEndpoint>,
    private readonly secrets: WebhookSecrets,
    @Inject(CONFIG) config: Config,
  ) {
    this.guard = new OutboundGuard(config.outboundAllow);
  }

  /**
   * @returns the endpoint and its secret, which is shown this once
   * @throws AppError `webhook-url-refused`; `validation-failed` when the tenant has as many as it may have
   */
  async create(tenantId: string, request: EndpointRequest): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    await this.checkUrl(request.url);
    const id = newId();
    const secret = newWebhookSecret();
    const { url, events = defaultEventTypes, description = null } = request;
    const sealed = this.secrets.seal(secret, id);
    const created = await this.database.transaction(async (transaction) => {
      // Requests of one tenant take turns, so that two at once do not both find room for the last endpoint.
      await transaction.query(`SELECT FROM tenants WHERE id = $1 FOR NO KEY UPDATE`, [tenantId]);
      return transaction.query<unknown[]>(
        `INSERT INTO webhook_endpoints (id, tenant_id, url, events, description, secret) SELECT $1, $2, $3, $4, $5, $6
          WHERE (SELECT count(*) FROM webhook_endpoints WHERE tenant_id = $2 AND deleted_at IS NULL) < $7 RETURNING id`,
        [id, tenantId, url, events, description, sealed, maxEndpoints],
      );
    });
    if (created.length === 0) throw tooMany();
    return { endpoint: await this.endpoints.findOneByOrFail({ id }), secret };
  }

  /** @throws AppError `not-found` */
  async find(tenantId: string, publicId: string): Promise<WebhookEndpoint> {
    const id = fromPublicId('whe', publicId);
    const endpoint = id === undefined ? null : await this.endpoints.findOneBy({ id, tenantId, deletedAt: IsNull() });
    if (!endpoint) throw new AppError('not-found');
    return endpoint;
  }

  /** All of a tenant's, oldest first: there are never many. */
  list(tenantId: string): Promise<WebhookEndpoint[]> {
    return this.endpoints.find({
      where: { tenantId, deletedAt: IsNull() },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  /** @throws AppError `not-found`, `webhook-url-refused` */
  async change(tenantId: string, publicId: string, change: EndpointChange): Promise<WebhookEndpoint> {
    const { id } = await this.find(tenantId, publicId);
    if (change.url !== undefined) await this.checkUrl(change.url);
    const { url = null, events = null, description = null, status = null } = change;
    await this.database.query(
      `WITH changed AS (
         UPDATE webhook_endpoints SET url = coalesce($2, url), events = coalesce($3, events),
                description = CASE WHEN $4 THEN $5 ELSE description END, status = coalesce($6, status),
                disabled_reason = CASE coalesce($6, status) WHEN 'disabled' THEN coalesce(disabled_reason, $7) END,
                updated_at = date_trunc('milliseconds', now())
          WHERE id = $1 AND deleted_at IS NULL RETURNING id, status)
       ${closePending} FROM changed WHERE d.endpoint_id = changed.id AND changed.status = 'disabled' AND d.state = 'pending'`,
      [id, url, events, 'description' in change, description, status, 'It was disabled by a request.'],
    );
    return this.find(tenantId, publicId);
  }

  /**
   * Gives an endpoint a new secret. The one before signs along for 24 hours, so that receivers can change over.
   *
   * @returns the endpoint and its new secret, which is shown this once
   * @throws AppError `not-found`
   */
  async rotateSecret(tenantId: string, publicId: string): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const { id } = await this.find(tenantId, publicId);
    const secret = newWebhookSecret();
    await this.database.query(
      `UPDATE webhook_endpoints SET secret = $2, previous_secret = secret,
              previous_secret_expires_at = date_trunc('milliseconds', now() + interval '24 hours'),
              updated_at = date_trunc('milliseconds', now())
        WHERE id = $1 AND deleted_at IS NULL`,
      [id, this.secrets.seal(secret, id)],
    );
    return { endpoint: await this.find(tenantId, publicId), secret };
  }

  /**
   * Ends an endpoint. Its deliveries can no longer be seen, and are removed by the cleaner.
   *
   * @throws AppError `not-found`
   */
  async remove(tenantId: string, publicId: string): Promise<void> {
    const { id } = await this.find(tenantId, publicId);
    await this.database.query(`UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1 AND deleted_at IS NULL`, [
      id,
    ]);
  }

  private async checkUrl(url: string): Promise<void> {
    try {
      await this.guard.locate(url, AbortSignal.timeout(checkMs));
    } catch (error) {
      // A name that cannot be looked up now may be known later; what counts is the look-up before each delivery.
      if (!(error instanceof OutboundRefused)) return;
      const reason = error.message;
      throw new AppError('webhook-url-refused', {
        reason,
        errors: [{ pointer: '/url', code: 'refused', detail: `The URL is refused because ${reason}.` }],
      });
    }
  }
}

/** The beginning of a statement that closes deliveries of an endpoint that takes none any more. */
export const closePending = `
  UPDATE webhook_deliveries d SET state = 'disabled', finished_at = now(), last_error = 'The endpoint was disabled.'`;

function tooMany(): AppError {
  const detail = `A tenant may have ${maxEndpoints} webhook endpoints. Delete one that is not needed any more.`;
  return validationFailed([{ pointer: '', code: 'too-many-endpoints', detail }]);
}
