import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Raw, Repository } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { validationFailed } from '../platform/errors/app-error';
import { newId } from '../platform/ids/public-id';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';
import type { RowFormatName } from './driver';
import { createRowParser } from './row-formats';
import { MalformedRows } from './row-formats/row-parser';
import { Upload } from './upload.entity';

/** By the clock of Postgres, like all that the cleaner does. */
const isAhead = Raw((column) => `${column} > now()`);

@Injectable()
export class Uploads {
  constructor(
    @InjectRepository(Upload) private readonly uploads: Repository<Upload>,
    @Inject(STORAGE) private readonly storage: Storage,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Stores a row file as it streams in, checking and counting its rows on the way. Nothing is kept of a file that
   * breaks off or cannot be read.
   *
   * @throws AppError `validation-failed` with the line of the first malformed row; StorageUnavailable
   */
  async create(tenantId: string, mediaType: RowFormatName, content: AsyncIterable<Buffer>): Promise<Upload> {
    const id = newId();
    const storageKey = `uploads/${id}`;
    const counted = new CountedRows(mediaType, content);
    const { size, sha256 } = await this.storage.put(storageKey, counted.bytes());
    const upload = this.uploads.create({
      id,
      tenantId,
      mediaType,
      storageKey,
      sizeBytes: String(size),
      rowCount: String(counted.count),
      sha256: Buffer.from(sha256, 'hex'),
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + this.config.uploadRetention),
    });
    try {
      await this.uploads.insert(upload);
    } catch (error) {
      await this.storage.remove(storageKey);
      throw error;
    }
    return upload;
  }

  /** Those of the uploads that exist and have not expired. */
  find(tenantId: string, ids: readonly string[]): Promise<Upload[]> {
    return this.uploads.findBy({ id: In(ids), tenantId, expiresAt: isAhead });
  }

  /**
   * Ends an upload's life now. Its bytes go with the next cleaning, or when the last report that needs them is done.
   *
   * @returns whether there was such an upload
   */
  async expire(tenantId: string, id: string): Promise<boolean> {
    const { affected } = await this.uploads.update({ id, tenantId, expiresAt: isAhead }, { expiresAt: () => 'now()' });
    return affected === 1;
  }
}

/** Passes bytes on while counting the rows in them. */
class CountedRows {
  count = 0;

  constructor(
    private readonly mediaType: RowFormatName,
    private readonly content: AsyncIterable<Buffer>,
  ) {}

  async *bytes(): AsyncGenerator<Buffer> {
    const parser = createRowParser(this.mediaType);
    try {
      for await (const block of inBlocks(this.content)) {
        this.count += parser.write(block).rows.length;
        yield block;
      }
      this.count += parser.end().rows.length;
    } catch (error) {
      if (!(error instanceof MalformedRows)) throw error;
      const { line, column, detail } = error;
      throw validationFailed([{ pointer: '', code: 'malformed-row', line, column, detail }]);
    }
  }
}

/**
 * Gathers chunks into blocks of 64 KiB or more. A parser looks at an unfinished row anew with each block, so a client
 * that sends a long row byte by byte would otherwise keep it busy for minutes.
 */
async function* inBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    size += chunk.length;
    if (size < 64 * 1024) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}
