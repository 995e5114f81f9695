import { createHash } from 'node:crypto';
import type { Storage } from './storage';
import { ObjectMissing } from './storage';

/** What every storage driver must do. `open` gives an empty storage. */
export function storageContract(open: () => Promise<Storage>): void {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });

  it('gives back what was put, and tells its size and hash', async () => {
    const stored = await storage.put('reports/a/1.pdf', chunksOf('hello ', 'world'));
    expect(stored).toEqual({ size: 11, sha256: createHash('sha256').update('hello world').digest('hex') });
    expect(await read(storage, 'reports/a/1.pdf')).toBe('hello world');
    expect(await storage.size('reports/a/1.pdf')).toBe(11);
  });

  it('gives back a part', async () => {
    await storage.put('a', chunksOf('0123456789'));
    expect(await text(await storage.get('a', { start: 2, end: 4 }))).toBe('234');
    expect(await text(await storage.get('a', { start: 9, end: 9 }))).toBe('9');
  });

  it('streams an object that is larger than any buffer', async () => {
    const block = 'x'.repeat(2 ** 16);
    const { size } = await storage.put('large', chunksOf(...Array<string>(160).fill(block)));
    expect(size).toBe(160 * 2 ** 16);
    expect(await storage.size('large')).toBe(size);
  });

  it('says that an object is missing', async () => {
    await expect(storage.get('nothing')).rejects.toThrow(ObjectMissing);
    expect(await storage.size('nothing')).toBeUndefined();
  });

  it('removes an object, and does not mind one that is gone', async () => {
    await storage.put('a', chunksOf('x'));
    await storage.remove('a');
    await storage.remove('a');
    expect(await storage.size('a')).toBeUndefined();
  });

  it('keeps nothing of a stream that breaks', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      await Promise.resolve();
      throw new Error('broken');
    }
    await expect(storage.put('a', breaking())).rejects.toThrow('broken');
    expect(await storage.size('a')).toBeUndefined();
    await storage.put('a', chunksOf('whole'));
    expect(await read(storage, 'a')).toBe('whole');
  });

  it('lists the objects of a folder', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `reports/${index % 3}/${index}.pdf`);
    for (const key of [...keys, 'uploads/1', 'reportsnot/1']) await storage.put(key, chunksOf('x'));
    const listed = [];
    for await (const object of storage.list('reports/')) listed.push(object);
    expect(listed.map(({ key }) => key).sort()).toEqual([...keys].sort());
    for (const { modifiedAt } of listed) expect(Math.abs(modifiedAt.getTime() - Date.now())).toBeLessThan(3_600_000);
    expect(await storage.list('nothing/')[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  it('keeps whole objects when it removes what was cut off', async () => {
    await storage.put('a', chunksOf('whole'));
    await storage.removeRemains(new Date(Date.now() + 3_600_000));
    expect(await read(storage, 'a')).toBe('whole');
  });

  it('knows how much more it can take, if that is bounded', async () => {
    const free = await storage.freeBytes();
    expect(free === undefined || free > 0).toBe(true);
  });

  it('never changes an object', async () => {
    await storage.put('a', chunksOf('first'));
    await expect(storage.put('a', chunksOf('second'))).rejects.toThrow();
    expect(await read(storage, 'a')).toBe('first');
  });

  it.each(['', '/a', 'a/', '../a', 'a/../b', 'a//b', '.a', 'a/.b', 'a\0b', 'a b'])(
    'refuses the key %j',
    async (key) => {
      await expect(storage.put(key, chunksOf('x'))).rejects.toThrow(/not a storage key/);
      await expect(storage.get(key)).rejects.toThrow(/not a storage key/);
    },
  );
}

async function* chunksOf(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield Buffer.from(chunk);
  }
}

async function read(storage: Storage, key: string): Promise<string> {
  return text(await storage.get(key));
}

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
