import { createHash } from 'node:crypto';
import type { Pressroom } from '../support/pressroom';

/** Downloads the file of each report as a client would, and holds it to the hash that the report tells. */
export async function expectWholeFiles(pressroom: Pressroom, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { file } = await pressroom.report(id);
    const { status, bytes } = await pressroom.call('GET', `/v1/reports/${id}/file`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect({ id, status, sha256 }).toEqual({ id, status: 200, sha256: file?.sha256 });
  }
}
