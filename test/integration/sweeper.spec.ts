import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { PinoLogger } from 'nestjs-pino';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ReportStateMachine } from '../../src/reports/report-state';
import { SweepLoop } from '../../src/reports/sweep.loop';
import { LocalStorage } from '../../src/storage/drivers/local/local-storage';
import { configWith, useDatabase } from '../support/database';
import { finishedFile, insertReport, insertTenant } from '../support/report-rows';

class Sweeper extends SweepLoop {
  /** One round, now. */
  override tick(): Promise<void> {
    return super.tick();
  }
}

describe('the sweeper', () => {
  const database = useDatabase();
  const config = configWith();
  const longAgo = new Date(Date.now() - config.orphanAge - 60_000);
  let directory: string;
  let storage: LocalStorage;
  let sweeper: Sweeper;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pressroom-sweeper-'));
    storage = new LocalStorage(directory);
    sweeper = new Sweeper(config, new PinoLogger({ pinoHttp: { level: 'silent' } }), database, storage);
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function store(key: string, writtenAt: Date): Promise<string> {
    await storage.put(key, Readable.from([Buffer.from('x')]));
    await utimes(join(directory, key), writtenAt, writtenAt);
    return key;
  }

  it('removes old files that belong to nothing, and no others', async () => {
    const tenantId = await insertTenant(database);
    const states = new ReportStateMachine(database, config);
    const report = await states.claim(await insertReport(database, tenantId), 'worker');
    const file = finishedFile();
    await states.complete(report!, file);
    const upload = `uploads/${randomUUID()}`;
    await database.query(
      `INSERT INTO uploads (id, tenant_id, media_type, storage_key, size_bytes, row_count, sha256, expires_at)
       VALUES (gen_random_uuid(), $1, 'text/csv', $2, 1, 0, sha256('x'), now())`,
      [tenantId, upload],
    );
    const wanted = [
      await store(file.storageKey, longAgo),
      await store(upload, longAgo),
      await store('reports/aa/just-stored.pdf', new Date()),
    ];
    // More than one batch of them.
    const orphans = await Promise.all(
      Array.from({ length: 501 }, (_, index) => store(`reports/${index % 7}/${index}.pdf`, longAgo)),
    );
    orphans.push(await store('uploads/nobodys', longAgo));
    const remains = join(directory, 'reports', 'aa', `.${randomUUID()}.partial`);
    await writeFile(remains, 'half');
    await utimes(remains, longAgo, longAgo);

    await sweeper.tick();
    for (const key of wanted) expect(await storage.size(key)).toBe(1);
    for (const key of orphans) expect(await storage.size(key)).toBeUndefined();
    await expect(utimes(remains, longAgo, longAgo)).rejects.toThrow('ENOENT');
  });
});
