import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';
import { ReportStateMachine } from './report-state';

const batch = 500;

/**
 * Removes what has expired. Bytes go before the row that names them: the API has not shown them since the moment they
 * expired, and a round that is cut off between the two is finished by the next one.
 */
@Injectable()
export class CleanLoop extends Loop {
  constructor(
    @Inject(CONFIG) config: Config,
    logger: PinoLogger,
    @InjectDataSource() private readonly database: DataSource,
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly states: ReportStateMachine,
  ) {
    super(config.cleanInterval, logger);
  }

  protected async tick(): Promise<void> {
    await this.untilDone(async () => {
      const files = await this.removeObjects(expiredFiles);
      await this.states.expire(files);
      return files.length;
    });
    await this.untilDone(async () => {
      const uploads = await this.removeObjects(expiredUploads);
      await this.database.query(`DELETE FROM uploads WHERE id = ANY($1)`, [uploads]);
      return uploads.length;
    });
    await this.untilDone(() => this.remove(deleteRecords));
    await this.untilDone(() => this.remove(deleteBatches));
    await this.untilDone(() => this.remove(deleteKeys));
  }

  /** Repeats a batch until one was not full, so that a round always catches up. */
  private async untilDone(clean: () => Promise<number>): Promise<void> {
    while ((await clean()) === batch);
  }

  /** @returns the ids of the rows whose object is gone; one that cannot be removed does not keep the others */
  private async removeObjects(select: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string; key: string }[]>(select, [batch]);
    const results = await Promise.allSettled(rows.map(({ key }) => this.storage.remove(key)));
    for (const result of results)
      if (result.status === 'rejected')
        this.logger.error({ err: result.reason as unknown }, 'an object was not removed');
    return rows.filter((_, index) => results[index]!.status === 'fulfilled').map(({ id }) => id);
  }

  private async remove(statement: string): Promise<number> {
    const rows = await this.database.query<unknown[]>(`WITH gone AS (${statement} RETURNING 1) SELECT FROM gone`, [
      batch,
    ]);
    return rows.length;
  }
}

const expiredFiles = `
  SELECT r.id, f.storage_key AS key FROM reports r JOIN report_files f ON f.report_id = r.id
   WHERE r.state = 'succeeded' AND r.file_expires_at <= now() LIMIT $1`;

// The minute keeps clear of a request that found the upload just before it expired.
const expiredUploads = `
  SELECT u.id, u.storage_key AS key FROM uploads u
   WHERE u.expires_at < now() - interval '1 minute' AND NOT EXISTS (
     SELECT FROM report_uploads ru JOIN reports r ON r.id = ru.report_id
      WHERE ru.upload_id = u.id AND r.state IN ('queued', 'running')) LIMIT $1`;

const deleteRecords = `
  DELETE FROM reports WHERE id IN (
    SELECT id FROM reports WHERE record_expires_at <= now() AND state <> 'succeeded' LIMIT $1)`;

// A batch goes with the last of its records.
const deleteBatches = `
  DELETE FROM report_batches WHERE id IN (
    SELECT id FROM report_batches b WHERE NOT EXISTS (SELECT FROM reports r WHERE r.batch_id = b.id) LIMIT $1)`;

const deleteKeys = `
  DELETE FROM idempotency_keys WHERE (tenant_id, operation, key) IN (
    SELECT tenant_id, operation, key FROM idempotency_keys WHERE expires_at <= now() LIMIT $1)`;
