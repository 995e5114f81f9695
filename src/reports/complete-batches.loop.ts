import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';

/**
 * Completes batches whose reports have all ended, which announces it. It is a loop's work, because the last two reports
 * of a batch may end at once, each without seeing the other; whoever looks afterwards sees both.
 */
@Injectable()
export class CompleteBatchesLoop extends Loop {
  constructor(
    @Inject(CONFIG) config: Config,
    logger: PinoLogger,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    super(config.webhookInterval, logger);
  }

  protected async tick(): Promise<void> {
    await completeBatches(this.database, 100);
  }
}

/** Exactly once for each batch, however many processes do it at the same time. */
export async function completeBatches(database: DataSource, limit: number): Promise<void> {
  await database.query(
    `WITH done AS MATERIALIZED (
       SELECT id FROM report_batches b WHERE completed_at IS NULL AND NOT EXISTS (
                SELECT FROM reports r WHERE r.batch_id = b.id AND r.state IN ('queued', 'running'))
        LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE report_batches b SET completed_at = now() FROM done WHERE b.id = done.id AND b.completed_at IS NULL`,
    [limit],
  );
}
