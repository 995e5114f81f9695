import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
});
