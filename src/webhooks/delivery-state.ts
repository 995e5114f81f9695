import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { closePending } from './endpoints';
import type { WebhookDelivery } from './webhook-delivery.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

/** How many deliveries to one endpoint are under way at once, in all processes together. */
const maxPerEndpoint = 5;

/** A delivery that a process has taken; it may write the outcome as long as the lease is its own. */
export type TakenDelivery = Pick<
  WebhookDelivery,
  'id' | 'endpointId' | 'tenantId' | 'type' | 'data' | 'createdAt' | 'attempts' | 'triesInRound'
> &
  Pick<WebhookEndpoint, 'url' | 'secret' | 'previousSecret'> & { leaseToken: string };

type Fence = Pick<TakenDelivery, 'id' | 'leaseToken'>;

/** What came of a try: HTTP status where there was an answer, and what was wrong where something was. */
export interface Outcome {
  status: number | null;
  error: string | null;
}

/**
 * The one writer of a delivery's state while it is under way; the statements are arrows of docs/state-machine.md, like
 * those of reports. The lease is twice the longest try, so that it runs out only when its process is gone.
 */
@Injectable()
export class DeliveryStateMachine {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** pending → delivering for deliveries that are due, at most `limit` of them, a few of each endpoint. */
  async take(limit: number): Promise<TakenDelivery[]> {
    return this.database.transaction(async (transaction) => {
      // Endpoints are locked first and their deliveries counted by the next statement, which sees what a process that
      // held the lock before has taken: otherwise two would each find room for five. Deliveries that are being added
      // lock the endpoint's key only, and do not wait. The order is random, so that none is always the last.
      const open = await transaction.query<{ id: string }[]>(
        `SELECT e.id FROM webhook_endpoints e
          WHERE e.status = 'enabled' AND e.deleted_at IS NULL
            AND EXISTS (SELECT FROM webhook_deliveries d
                         WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= now())
            AND (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.state = 'delivering') < $2
          ORDER BY random() LIMIT $1 FOR NO KEY UPDATE OF e SKIP LOCKED`,
        [limit, maxPerEndpoint],
      );
      if (open.length === 0) return [];
      return transaction.query<TakenDelivery[]>(
        `WITH due AS MATERIALIZED (
           SELECT d.id FROM unnest($1::uuid[]) AS open(id) CROSS JOIN LATERAL (
             SELECT id, row_number() OVER (ORDER BY next_attempt_at, id) AS place FROM webhook_deliveries
              WHERE endpoint_id = open.id AND state = 'pending' AND next_attempt_at <= now()
              ORDER BY next_attempt_at, id
              LIMIT greatest(0, $3 - (SELECT count(*) FROM webhook_deliveries busy
                                       WHERE busy.endpoint_id = open.id AND busy.state = 'delivering'))) d
            ORDER BY d.place LIMIT $2),
         taken AS (
           UPDATE webhook_deliveries d SET state = 'delivering', attempts = attempts + 1,
                  tries_in_round = tries_in_round + 1, last_attempt_at = now(), lease_token = gen_random_uuid(),
                  lease_expires_at = now() + $4::float8 * interval '1 millisecond'
             FROM due WHERE d.id = due.id AND d.state = 'pending' RETURNING d.*)
         SELECT taken.id, taken.endpoint_id AS "endpointId", taken.tenant_id AS "tenantId", type, data,
                taken.created_at AS "createdAt", attempts, tries_in_round AS "triesInRound",
                lease_token AS "leaseToken", e.url, e.secret,
                CASE WHEN e.previous_secret_expires_at > now() THEN e.previous_secret END AS "previousSecret"
           FROM taken JOIN webhook_endpoints e ON e.id = taken.endpoint_id`,
        [open.map(({ id }) => id), limit, maxPerEndpoint, this.config.webhookTimeout * 2],
      );
    });
  }

  /** delivering → delivered. False when the lease was lost; the message is then sent again. */
  succeed(fence: Fence, outcome: Outcome): Promise<boolean> {
    return this.settle(fence, `state = 'delivered', finished_at = now()`, outcome);
  }

  /** delivering → pending until its next try, or exhausted when there is none (undefined). */
  fail(fence: Fence, outcome: Outcome, delayMs: number | undefined): Promise<boolean> {
    return this.settle(
      fence,
      `state = CASE WHEN $5::float8 IS NULL THEN 'exhausted' ELSE 'pending' END,
       finished_at = CASE WHEN $5::float8 IS NULL THEN now() END,
       next_attempt_at = now() + coalesce($5::float8, 0) * interval '1 millisecond'`,
      outcome,
      [delayMs ?? null],
    );
  }

  /** delivering → pending at once, as if it had not been tried: this process stops. */
  async handBack({ id, leaseToken }: Fence): Promise<void> {
    await this.database.query(
      `UPDATE webhook_deliveries SET state = 'pending', attempts = attempts - 1, tries_in_round = tries_in_round - 1,
              next_attempt_at = now(), ${released} WHERE ${fenced}`,
      [id, leaseToken],
    );
  }

  /** The receiver is gone for good: this delivery, the endpoint and all that still waits for it → disabled. */
  async disableEndpoint(fence: Fence, outcome: Outcome, reason: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH settled AS (
         UPDATE webhook_deliveries SET state = 'disabled', finished_at = now(), last_status = $3, last_error = $4, ${released}
          WHERE ${fenced} RETURNING id, endpoint_id),
       endpoint AS (
         UPDATE webhook_endpoints e SET status = 'disabled', disabled_reason = $5,
                updated_at = date_trunc('milliseconds', now())
           FROM settled WHERE e.id = settled.endpoint_id AND e.status = 'enabled' RETURNING e.id),
       closed AS (${closePending} FROM endpoint
         WHERE d.endpoint_id = endpoint.id AND d.state = 'pending')
       SELECT id FROM settled`,
      [fence.id, fence.leaseToken, outcome.status, outcome.error, reason],
    );
    return rows.length === 1;
  }

  /** delivering → pending, or exhausted after the last try, for what a process that is gone has left. */
  async reclaim(limit: number): Promise<{ id: string; state: string }[]> {
    return this.database.query(
      `WITH lost AS MATERIALIZED (
         SELECT id, lease_token FROM webhook_deliveries WHERE state = 'delivering' AND lease_expires_at < now()
          LIMIT $1 FOR UPDATE SKIP LOCKED),
       changed AS (
         UPDATE webhook_deliveries d SET state = CASE WHEN tries_in_round >= $2 THEN 'exhausted' ELSE 'pending' END,
                finished_at = CASE WHEN tries_in_round >= $2 THEN now() END, next_attempt_at = now(),
                last_error = 'The worker stopped while it sent the message.', ${released}
           FROM lost WHERE d.id = lost.id AND d.lease_token = lost.lease_token RETURNING d.id, d.state)
       SELECT * FROM changed`,
      [limit, this.config.webhookSchedule.length],
    );
  }

  private async settle(fence: Fence, change: string, outcome: Outcome, more: unknown[] = []): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH settled AS (
         UPDATE webhook_deliveries SET ${change}, last_status = $3, last_error = $4, ${released} WHERE ${fenced} RETURNING id)
       SELECT id FROM settled`,
      [fence.id, fence.leaseToken, outcome.status, outcome.error, ...more],
    );
    return rows.length === 1;
  }
}

const fenced = `id = $1 AND state = 'delivering' AND lease_token = $2`;
const released = `lease_token = NULL, lease_expires_at = NULL`;
