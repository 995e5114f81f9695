import { execFile } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { salesRequest } from './definitions';
import type { Pressroom } from './pressroom';

/**
 * An upload whose bytes reach a render slowly, as from a slow disk, for as long as a test wants: a pipe stands where
 * its file was. So a render can be caught in the middle without many rows and without luck.
 */
class HeldUpload {
  private readonly dripping: Promise<void>;
  private isReleased = false;
  private sent = '';

  private constructor(
    private readonly path: string,
    private readonly pipe: FileHandle,
    header: string,
    row: string,
  ) {
    this.dripping = this.drip(header, row);
  }

  /** All that was sent so far. */
  get content(): string {
    return this.sent;
  }

  /** @param row one line of the file, which is sent again and again */
  static async hold(pressroom: Pressroom, id: string, header: string, row: string): Promise<HeldUpload> {
    const uuid = id.replace('upl_', '').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    const [upload] = await pressroom.query<{ storage_key: string }>('SELECT storage_key FROM uploads WHERE id = $1', [
      uuid,
    ]);
    const path = join(pressroom.storageDirectory, upload!.storage_key);
    await rename(path, `${path}.aside`);
    await promisify(execFile)('mkfifo', [path]);
    const pipe = await open(path, 'r+'); // for both, so that neither we nor the reader wait for the other to open it
    const held = new HeldUpload(path, pipe, header, row);
    pressroom.atEnd(() => held.release());
    return held;
  }

  /** Ends the pipe; whoever opens the upload from now on finds its file. */
  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    await this.dripping;
    await rename(`${this.path}.aside`, this.path);
    await this.pipe.close();
  }

  private async drip(header: string, row: string): Promise<void> {
    let next = header;
    while (!this.isReleased) {
      await this.pipe.write(next);
      this.sent += next;
      next = row;
      await wait(20);
    }
  }
}

/**
 * A report of the template `sales` in the middle of its render, which keeps one render thread busy until it is released.
 *
 * @param accept how it is requested; returns its id
 * @param row sent again and again; empty for a render that waits, and has nothing to tell
 */
export async function holdReport(
  pressroom: Pressroom,
  accept = (request: object) => pressroom.accept(request),
  row = 'South,2\n',
): Promise<{ id: string; held: HeldUpload }> {
  const upload = await pressroom.upload('region,amount\nNorth,1\n');
  const held = await HeldUpload.hold(pressroom, upload, 'region,amount\n', row);
  const id = await accept({ ...salesRequest, data: { sales: { upload } } });
  await pressroom.waitFor(id, 'running');
  return { id, held };
}
