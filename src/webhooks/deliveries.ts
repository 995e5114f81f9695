import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { readCursor, signCursor } from '../platform/http/cursor';
import { fromPublicId, newId, toPublicId } from '../platform/ids/public-id';
import { Endpoints } from './endpoints';
import type { EventType } from './event-types';
import type { DeliveryState } from './webhook-delivery.entity';
import { WebhookDelivery } from './webhook-delivery.entity';

export interface DeliveryFilters {
  /** Public id. */
  endpointId?: string;
  status?: DeliveryState[];
  type?: EventType;
}

/** The log of a tenant's deliveries. Those of an endpoint that was deleted are not in it. */
@Injectable()
export class Deliveries {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @InjectRepository(WebhookDelivery) private readonly deliveries: Repository<WebhookDelivery>,
    private readonly endpoints: Endpoints,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A page of deliveries, newest first, which goes on after the last one seen.
   *
   * @throws AppError `invalid-cursor`
   */
  async list(
    tenantId: string,
    filters: DeliveryFilters,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ found: WebhookDelivery[]; nextCursor: string | null }> {
    const context = ['webhook-deliveries', tenantId, filters];
    const query = this.deliveries
      .createQueryBuilder('d')
      .where('d.tenantId = :tenantId', { tenantId })
      .andWhere('EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = d.endpoint_id AND e.deleted_at IS NULL)');
    if (filters.endpointId !== undefined) {
      const id = fromPublicId('whe', filters.endpointId);
      if (id === undefined) return { found: [], nextCursor: null };
      query.andWhere('d.endpointId = :endpointId', { endpointId: id });
    }
    if (filters.status) query.andWhere('d.state IN (:...status)', { status: filters.status });
    if (filters.type !== undefined) query.andWhere('d.type = :type', { type: filters.type });
    if (cursor !== undefined) {
      const [createdAt, id] = readCursor(cursor, context, this.config.cursorSecret);
      query.andWhere('(d.createdAt, d.id) < (CAST(:createdAt AS timestamptz), CAST(:id AS uuid))', { createdAt, id });
    }
    const rows = await query
      .orderBy('d.createdAt', 'DESC')
      .addOrderBy('d.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const found = rows.slice(0, limit);
    const last = found.at(-1);
    // The database keeps created_at to the millisecond, so that it loses nothing on its way through a Date.
    const position = last && [last.createdAt.toISOString(), last.id];
    const nextCursor = rows.length > limit && position ? signCursor(position, context, this.config.cursorSecret) : null;
    return { found, nextCursor };
  }

  /**
   * Sends a delivery again, now and then by the schedule from its beginning. One that is under way is left to it.
   *
   * @throws AppError `not-found`; `webhook-endpoint-disabled`
   */
  async redeliver(tenantId: string, publicId: string): Promise<WebhookDelivery> {
    const id = fromPublicId('whd', publicId);
    const delivery = id === undefined ? null : await this.deliveries.findOneBy({ id, tenantId });
    if (!delivery) throw new AppError('not-found');
    await this.requireEnabled(tenantId, toPublicId('whe', delivery.endpointId));
    await this.database.query(
      `UPDATE webhook_deliveries SET state = 'pending', tries_in_round = 0, next_attempt_at = now(), finished_at = NULL
        WHERE id = $1 AND state <> 'delivering'`,
      [delivery.id],
    );
    return this.deliveries.findOneByOrFail({ id: delivery.id });
  }

  /**
   * Records an `endpoint.ping` for an endpoint, whatever events it takes.
   *
   * @throws AppError `not-found`; `webhook-endpoint-disabled`
   */
  async ping(tenantId: string, endpointId: string): Promise<WebhookDelivery> {
    const uuid = await this.requireEnabled(tenantId, endpointId);
    const id = newId();
    await this.database.query(
      `INSERT INTO webhook_deliveries (id, tenant_id, endpoint_id, subject_id, type, data)
       VALUES ($1, $2, $3, $1, 'endpoint.ping', $4)`,
      [id, tenantId, uuid, { id: endpointId }],
    );
    return this.deliveries.findOneByOrFail({ id });
  }

  /** @returns the endpoint's UUID */
  private async requireEnabled(tenantId: string, endpointId: string): Promise<string> {
    const { id, status } = await this.endpoints.find(tenantId, endpointId);
    if (status === 'disabled') throw new AppError('webhook-endpoint-disabled');
    return id;
  }
}
