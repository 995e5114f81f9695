import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { PinoLogger } from 'nestjs-pino';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CleanLoop } from '../../src/reports/clean.loop';
import { ReportStateMachine } from '../../src/reports/report-state';
import { LocalStorage } from '../../src/storage/drivers/local/local-storage';
import { configWith, useDatabase } from '../support/database';
import { finishedFile, insertReport, insertTenant, readReport } from '../support/report-rows';

class Cleaner extends CleanLoop {
  /** One round, now. */
  override tick(): Promise<void> {
    return super.tick();
  }
}

describe('the cleaner', () => {
  const database = useDatabase();
  const config = configWith();
  const states = new ReportStateMachine(database, config);
  const logger = new PinoLogger({ pinoHttp: { level: 'silent' } });
  let directory: string;
  let storage: LocalStorage;
  let cleaner: Cleaner;
  let tenantId: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pressroom-cleaner-'));
    storage = new LocalStorage(directory);
    cleaner = new Cleaner(config, logger, database, storage, states);
    tenantId = await insertTenant(database);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const count = async (table: string, where = 'true'): Promise<number> =>
    (await database.query<unknown[]>(`SELECT FROM ${table} WHERE ${where}`)).length;

  /** A report that has succeeded, with its bytes. */
  async function succeed(): Promise<{ id: string; key: string }> {
    const report = await states.claim(await insertReport(database, tenantId), 'worker');
    const file = finishedFile();
    await storage.put(file.storageKey, Readable.from([Buffer.from('%PDF-')]));
    await states.complete(report!, file);
    return { id: report!.id, key: file.storageKey };
  }

  async function upload(expiresAt: string): Promise<{ id: string; key: string }> {
    const id = randomUUID();
    const key = `uploads/${id}`;
    await storage.put(key, Readable.from([Buffer.from('a\n')]));
    await database.query(
      `INSERT INTO uploads (id, tenant_id, media_type, storage_key, size_bytes, row_count, sha256, expires_at)
       VALUES ($1, $2, 'text/csv', $3, 2, 0, sha256('a'), ${expiresAt})`,
      [id, tenantId, key],
    );
    return { id, key };
  }

  it('removes bytes and row of a file that is past its time, and keeps the report', async () => {
    const [due, early] = [await succeed(), await succeed()];
    await database.query('UPDATE reports SET file_expires_at = now() WHERE id = $1', [due.id]);
    await cleaner.tick();
    expect(await storage.size(due.key)).toBeUndefined();
    expect((await readReport(database, due.id)).state).toBe('expired');
    expect(await storage.size(early.key)).toBe(5);
    expect((await readReport(database, early.id)).state).toBe('succeeded');
    expect(await count('report_files', `report_id = '${due.id}'`)).toBe(0);
  });

  it('finishes in the next round what a round that broke off left', async () => {
    const { id, key } = await succeed();
    await database.query('UPDATE reports SET file_expires_at = now() WHERE id = $1', [id]);
    jest.spyOn(storage, 'remove').mockRejectedValueOnce(new Error('the disk is gone'));
    await cleaner.tick();
    expect((await readReport(database, id)).state).toBe('succeeded');
    await storage.remove(key); // as if the bytes had gone, and the process with them
    await cleaner.tick();
    expect((await readReport(database, id)).state).toBe('expired');
  });

  it('keeps an upload while a report that needs it is not done', async () => {
    const past = `now() - interval '2 min'`;
    const [needed, unneeded, fresh] = [await upload(past), await upload(past), await upload(`now() + interval '1 h'`)];
    const waiting = await insertReport(database, tenantId);
    const done = await insertReport(database, tenantId, 'failed');
    for (const [report, { id }] of [
      [waiting, needed],
      [done, unneeded],
    ] as const)
      await database.query('INSERT INTO report_uploads (report_id, upload_id, tenant_id) VALUES ($1, $2, $3)', [
        report,
        id,
        tenantId,
      ]);
    await cleaner.tick();
    expect(await storage.size(needed.key)).toBe(2);
    expect(await storage.size(unneeded.key)).toBeUndefined();
    expect(await storage.size(fresh.key)).toBe(2);
    expect(await count('uploads')).toBe(2);
    await states.cancel(tenantId, waiting);
    await cleaner.tick();
    expect(await storage.size(needed.key)).toBeUndefined();
    expect(await count('uploads')).toBe(1);
  });

  it('removes the record of a report with all that belongs to it', async () => {
    const { id } = await succeed();
    await database.query('UPDATE reports SET file_expires_at = now(), record_expires_at = now() WHERE id = $1', [id]);
    const kept = await insertReport(database, tenantId, 'failed', { record_expires_at: `now() + interval '1 s'` });
    await insertReport(database, tenantId, 'failed', { record_expires_at: 'now()' });
    await cleaner.tick();
    expect(await count('reports', 'record_expires_at <= now()')).toBe(0);
    expect(await count('report_events', `report_id = '${id}'`)).toBe(0);
    expect((await readReport(database, kept)).state).toBe('failed');
  });

  it('removes a batch with the last of its records', async () => {
    const id = randomUUID();
    await database.query('INSERT INTO report_batches (id, tenant_id) VALUES ($1, $2)', [id, tenantId]);
    const member = (index: number, record_expires_at: string) =>
      insertReport(database, tenantId, 'failed', { batch_id: `'${id}'`, batch_index: `${index}`, record_expires_at });
    await member(0, 'now()');
    const last = await member(1, `now() + interval '1 h'`);
    await cleaner.tick();
    expect(await count('reports', `batch_id = '${id}'`)).toBe(1);
    expect(await count('report_batches')).toBe(1);
    await database.query('UPDATE reports SET record_expires_at = now() WHERE id = $1', [last]);
    await cleaner.tick();
    expect(await count('report_batches')).toBe(0);
  });

  it('forgets idempotency keys that are past their time', async () => {
    for (const [key, expiresAt] of [
      ['old', 'now()'],
      ['new', `now() + interval '1 s'`],
    ] as const)
      await database.query(
        `INSERT INTO idempotency_keys (tenant_id, operation, key, fingerprint, resource_id, expires_at)
         VALUES ($1, 'reports', $2, '\\x00', gen_random_uuid(), ${expiresAt})`,
        [tenantId, key],
      );
    await cleaner.tick();
    expect(await database.query('SELECT key FROM idempotency_keys')).toEqual([{ key: 'new' }]);
  });

  it('can be run by several processes at once', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, succeed));
    await database.query(`UPDATE reports SET file_expires_at = now() WHERE state = 'succeeded'`);
    await Promise.all([cleaner.tick(), cleaner.tick(), cleaner.tick()]);
    for (const { id, key } of files) {
      expect((await readReport(database, id)).state).toBe('expired');
      expect(await storage.size(key)).toBeUndefined();
    }
  });
});
