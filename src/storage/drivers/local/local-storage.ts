import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, opendir, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange, ListedObject, Storage, StoredObject } from '../../storage';
import { ObjectMissing, StorageUnavailable, requireKey } from '../../storage';

/** What the operating system says of a disk that is full, read-only, broken or not ours. */
const faults = new Set('ENOSPC EDQUOT EFBIG EIO EROFS EACCES EPERM EMFILE ENFILE ENOTDIR ESTALE'.split(' '));

/** Of a file that is being written. No key can begin with a dot, so no object is ever taken for one. */
const partialName = /^\.[0-9a-f-]{36}\.partial$/;

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
      throw toUnavailable(error);
    } finally {
      // One that cannot be removed now is found by removeRemains.
      await unlink(partial).catch(() => undefined);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    let file: FileHandle;
    try {
      file = await open(this.pathOf(key), constants.O_RDONLY);
    } catch (error) {
      throw isMissing(error) ? new ObjectMissing(key) : toUnavailable(error);
    }
    return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(key))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw toUnavailable(error);
    }
  }

  async remove(key: string): Promise<void> {
    await unlink(this.pathOf(key)).catch(ignoreMissing);
  }

  async *list(folder: string): AsyncGenerator<ListedObject> {
    for await (const { path, name } of filesBelow(join(this.directory, folder))) {
      if (name.startsWith('.')) continue;
      const modifiedAt = await modificationOf(path);
      if (modifiedAt) yield { key: relative(this.directory, path).split(sep).join('/'), modifiedAt };
    }
  }

  async removeRemains(before: Date): Promise<number> {
    let removed = 0;
    for await (const { path, name } of filesBelow(this.directory)) {
      if (!partialName.test(name)) continue;
      const modifiedAt = await modificationOf(path);
      if (!modifiedAt || modifiedAt >= before) continue;
      await unlink(path).catch(ignoreMissing);
      removed += 1;
    }
    return removed;
  }

  async freeBytes(): Promise<number> {
    // Nothing was stored yet where the directory is missing; it will be made on the file system of its parent.
    let path = this.directory;
    for (;;) {
      try {
        const { bavail, bsize } = await statfs(path);
        return bavail * bsize;
      } catch (error) {
        if (!isMissing(error) || dirname(path) === path) throw error;
        path = dirname(path);
      }
    }
  }

  /** A directory is as durable as its own entry in its parent, so each new one is synced upwards. */
  private async makeDirectory(path: string): Promise<void> {
    const firstMade = await mkdir(path, { recursive: true });
    if (firstMade === undefined) return;
    for (let made = path; made.length >= firstMade.length; made = dirname(made)) await syncDirectory(dirname(made));
  }

  private pathOf(key: string): string {
    requireKey(key);
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
    if (stored !== size) throw new StorageUnavailable(new Error(`${size} bytes were written, the file has ${stored}`));
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

/** Every file below a directory, which need not be there. */
async function* filesBelow(directory: string): AsyncGenerator<{ path: string; name: string }> {
  try {
    for await (const entry of await opendir(directory)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) yield* filesBelow(path);
      else yield { path, name: entry.name };
    }
  } catch (error) {
    ignoreMissing(error);
  }
}

/** When a file was last written; undefined for one that has gone meanwhile. */
async function modificationOf(path: string): Promise<Date | undefined> {
  try {
    return (await stat(path)).mtime;
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

function toUnavailable(error: unknown): unknown {
  return faults.has((error as NodeJS.ErrnoException).code ?? '') ? new StorageUnavailable(error) : error;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
