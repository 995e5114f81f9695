import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange, Storage, StoredObject } from '../../storage';
import { ObjectMissing, StorageUnavailable } from '../../storage';

/** What the operating system says of a disk that is full, read-only, broken or not ours. */
const faults = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOTDIR']);

/**
 * Objects as files below one directory. A file is written under another name and gets its own only when every byte
 * of it is on the disk, so a crash at any moment leaves a whole object or none.
 */
export class LocalStorage implements Storage {
  constructor(private readonly directory: string) {}

  async put(key: string, content: AsyncIterable<Uint8Array>): Promise<StoredObject> {
    const path = this.pathOf(key);
    const partial = join(dirname(path), `.${randomUUID()}.partial`);
    try {
      await this.makeDirectory(dirname(path));
      const written = await writeDurably(partial, content);
      await link(partial, path); // unlike a rename, refuses a name that is taken
      await syncDirectory(dirname(path));
      return written;
    } catch (error) {
      throw faults.has((error as NodeJS.ErrnoException).code ?? '') ? new StorageUnavailable(error) : error;
    } finally {
      await unlink(partial).catch(ignoreMissing);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    let file: FileHandle;
    try {
      file = await open(this.pathOf(key), constants.O_RDONLY);
    } catch (error) {
      if (isMissing(error)) throw new ObjectMissing(key);
      throw error;
    }
    return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(key))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await unlink(this.pathOf(key)).catch(ignoreMissing);
  }

  /** A directory is as durable as its own entry in its parent, so each new one is synced upwards. */
  private async makeDirectory(path: string): Promise<void> {
    const firstMade = await mkdir(path, { recursive: true });
    if (firstMade === undefined) return;
    for (let made = path; made.length >= firstMade.length; made = dirname(made)) await syncDirectory(dirname(made));
  }

  private pathOf(key: string): string {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(key))
      throw new Error(`not a storage key: ${key}`);
    return join(this.directory, key);
  }
}

async function writeDurably(path: string, content: AsyncIterable<Uint8Array>): Promise<StoredObject> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      // One write may be short; writeFile on the open file goes on until all is written.
      await file.writeFile(chunk);
      size += chunk.length;
    }
    await file.sync();
    const stored = (await file.stat()).size;
    if (stored !== size) throw new Error(`${size} bytes were written, but the file has ${stored}`);
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

/** A new name is only safe once its directory is on the disk too. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
