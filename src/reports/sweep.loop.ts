import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';

const batch = 500;

/**
 * Removes what a crash left in the storage: files that were stored by an attempt or an upload which never came to
 * write its row, and files that were never written to their end. Only what is old is looked at, so that nothing is
 * taken from under a process that is about to write the row.
 */
@Injectable()
export class SweepLoop extends Loop {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    logger: PinoLogger,
    @InjectDataSource() private readonly database: DataSource,
    @Inject(STORAGE) private readonly storage: Storage,
  ) {
    super(config.sweepInterval, logger);
  }

  protected async tick(): Promise<void> {
    const before = new Date(Date.now() - this.config.orphanAge);
    const remains = await this.storage.removeRemains(before);
    const orphans = (await this.removeOrphans('reports/', before)) + (await this.removeOrphans('uploads/', before));
    if (remains + orphans > 0) this.logger.info({ remains, orphans }, 'files that belonged to nothing were removed');
  }

  private async removeOrphans(folder: string, before: Date): Promise<number> {
    let removed = 0;
    let keys: string[] = [];
    for await (const { key, modifiedAt } of this.storage.list(folder)) {
      if (modifiedAt < before) keys.push(key);
      if (keys.length < batch) continue;
      removed += await this.removeUnknown(keys);
      keys = [];
    }
    return removed + (await this.removeUnknown(keys));
  }

  private async removeUnknown(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0;
    const unknown = await this.database.query<{ key: string }[]>(selectUnknown, [keys]);
    for (const { key } of unknown) await this.storage.remove(key);
    return unknown.length;
  }
}

const selectUnknown = `
  SELECT key FROM unnest($1::text[]) AS key
   WHERE NOT EXISTS (SELECT FROM report_files WHERE storage_key = key)
     AND NOT EXISTS (SELECT FROM uploads WHERE storage_key = key)`;
