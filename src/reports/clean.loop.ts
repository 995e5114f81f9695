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
    const files = await this.removeObjects(expiredFiles);
    await this.states.expire(files);
    const uploads = await this.removeObjects(expiredUploads);
    await this.database.query(`DELETE FROM uploads WHERE id = ANY($1)`, [uploads]);
    await this.database.query(deleteRecords, [batch]);
    await this.database.query(deleteKeys, [batch]);
  }

  /** @returns the ids of the rows whose object is gone */
  private async removeObjects(select: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string; key: string }[]>(select, [batch]);
    await Promise.all(rows.map(({ key }) => this.storage.remove(key)));
    return rows.map(({ id }) => id);
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

const deleteKeys = `
  DELETE FROM idempotency_keys WHERE (tenant_id, operation, key) IN (
    SELECT tenant_id, operation, key FROM idempotency_keys WHERE expires_at <= now() LIMIT $1)`;
