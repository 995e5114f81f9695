import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import fs, { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageUnavailable } from '../../storage';
import { storageContract } from '../../storage.contract';
import { LocalStorage } from './local-storage';

describe('LocalStorage', () => {
  const directories: string[] = [];

  async function newDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-storage-'));
    directories.push(directory);
    return directory;
  }

  afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

  storageContract(async () => new LocalStorage(await newDirectory()));

  it('leaves no file of a stream that breaks', async () => {
    const directory = await newDirectory();
    // eslint-disable-next-line require-yield, @typescript-eslint/require-await -- breaks before its first chunk
    async function* breaking(): AsyncGenerator<Uint8Array> {
      throw new Error('broken');
    }
    await expect(new LocalStorage(directory).put('a/b', breaking())).rejects.toThrow('broken');
    expect(await readdir(join(directory, 'a'))).toEqual([]);
  });

  it('removes what a killed process left, once it is old enough', async () => {
    const directory = await newDirectory();
    const storage = new LocalStorage(directory);
    await storage.put('a/whole', chunks('x'));
    const left = join(directory, 'a', `.${randomUUID()}.partial`);
    await writeFile(left, 'half');
    const { mtime } = await stat(left);
    expect(await storage.removeRemains(mtime)).toBe(0);
    expect(await storage.removeRemains(new Date(mtime.getTime() + 1))).toBe(1);
    expect(await readdir(join(directory, 'a'))).toEqual(['whole']);
    expect(await storage.size('a/whole')).toBe(1);
  });

  describe('when the disk fails', () => {
    afterEach(() => jest.restoreAllMocks());

    // What the operating system says cannot be ordered from a healthy disk, so its answers are stood in for.
    const failure = (code: string) => Object.assign(new Error(code), { code });
    const faults: [string, () => Promise<void>][] = [
      ['is full in the middle of a write', () => breakFile('writeFile', failure('ENOSPC'))],
      ['cannot keep what it was given', () => breakFile('sync', failure('EIO'))],
      ['writes less than it says', () => breakFile('stat', { size: 3 })],
      ['cannot give the file its name', () => breakCall('link', failure('EIO'))],
      ['has no room for a directory', () => breakCall('mkdir', failure('ENOSPC'))],
      ['cannot open another file', () => breakCall('open', failure('EMFILE'))],
    ];

    it.each(faults)('one that %s takes nothing, says so, and works again after', async (_, breakIt) => {
      const directory = await newDirectory();
      const storage = new LocalStorage(directory);
      await breakIt();
      await expect(storage.put('a/b', chunks('hello', ' world'))).rejects.toThrow(StorageUnavailable);
      jest.restoreAllMocks();
      expect(await storage.size('a/b')).toBeUndefined();
      expect(await readdir(join(directory, 'a')).catch(() => [])).toEqual([]);
      expect(await storage.put('a/b', chunks('hello', ' world'))).toMatchObject({ size: 11 });
    });

    it('one that cannot be read says so', async () => {
      const storage = new LocalStorage(await newDirectory());
      await storage.put('a', chunks('x'));
      await breakCall('open', failure('EIO'));
      await expect(storage.get('a')).rejects.toThrow(StorageUnavailable);
    });

    function breakCall(name: 'link' | 'mkdir' | 'open', error: Error): Promise<void> {
      jest.spyOn(fs, name).mockRejectedValueOnce(error);
      return Promise.resolve();
    }

    /** Breaks the second call, so that a file is already begun. */
    async function breakFile(name: 'writeFile' | 'sync' | 'stat', result: object): Promise<void> {
      const file = await fs.open(__filename);
      const handle = Object.getPrototypeOf(file) as FileHandle;
      await file.close();
      const spy = jest.spyOn(handle, name);
      if (name === 'writeFile') spy.mockResolvedValueOnce(undefined);
      if (result instanceof Error) spy.mockRejectedValueOnce(result);
      else spy.mockResolvedValueOnce(result as never);
    }
  });
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of texts) {
    await Promise.resolve();
    yield Buffer.from(chunk);
  }
}
