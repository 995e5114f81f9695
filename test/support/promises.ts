import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pressroom } from './pressroom';
import { until } from './until';

/**
 * What must be true whatever happened: every accepted report ends; exactly the reports that succeeded have a file, made
 * by their last attempt, whose bytes are in the storage as they were hashed; and nothing else lies there.
 */
export async function expectPromisesKept(pressroom: Pressroom): Promise<void> {
  await until('every report has ended', async () => {
    const open = await pressroom.query(`SELECT FROM reports WHERE state IN ('queued', 'running')`);
    return open.length === 0 ? true : undefined;
  });
  const files = await pressroom.query<{ state: string; key: string; sha256: string; made: number; last: number }>(
    `SELECT r.state, storage_key AS key, encode(sha256, 'hex') AS sha256, f.attempt AS made, r.attempt AS last
       FROM report_files f JOIN reports r ON r.id = f.report_id`,
  );
  const succeeded = await pressroom.query(`SELECT FROM reports WHERE state = 'succeeded'`);
  expect(files).toHaveLength(succeeded.length);
  for (const { state, key, sha256, made, last } of files) {
    expect({ state, made }).toEqual({ state: 'succeeded', made: last });
    const bytes = await readFile(join(pressroom.storageDirectory, key));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  expect(await pressroom.storedObjects('reports')).toHaveLength(files.length);
}
