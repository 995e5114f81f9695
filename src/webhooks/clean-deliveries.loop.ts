import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { closePending } from './endpoints';

const batch = 500;

/** Removes deliveries that ended long ago, and what is left of endpoints that were deleted. */
@Injectable()
export class CleanDeliveriesLoop extends Loop {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    logger: PinoLogger,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    super(config.cleanInterval, logger);
  }

  protected async tick(): Promise<void> {
    await this.database.query(closeStragglers);
    await this.untilDone(deleteDeliveries, [this.config.deliveryRetention]);
    await this.untilDone(deleteOrphans, []);
    await this.untilDone(deleteEndpoints, []);
  }

  private async untilDone(statement: string, parameters: unknown[]): Promise<void> {
    for (let removed = batch; removed === batch;) {
      const rows = await this.database.query<unknown[]>(`WITH gone AS (${statement} RETURNING 1) SELECT FROM gone`, [
        batch,
        ...parameters,
      ]);
      removed = rows.length;
    }
  }
}

// An event that came about while its endpoint was being disabled did not see that yet.
const closeStragglers = `${closePending} FROM webhook_endpoints e
  WHERE e.id = d.endpoint_id AND e.status = 'disabled' AND d.state = 'pending'`;

const deleteDeliveries = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries
     WHERE finished_at <= now() - $2::float8 * interval '1 millisecond' LIMIT $1)`;

// A delivery that is under way is left to its worker.
const deleteOrphans = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT d.id FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
     WHERE e.deleted_at IS NOT NULL AND d.state <> 'delivering' LIMIT $1)`;

// The hour keeps clear of a transaction that saw the endpoint alive and is about to refer to it.
const deleteEndpoints = `
  DELETE FROM webhook_endpoints WHERE id IN (
    SELECT e.id FROM webhook_endpoints e WHERE e.deleted_at < now() - interval '1 hour'
       AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id) LIMIT $1)`;
