import type { DataSource } from 'typeorm';
import { ReportStateMachine } from '../../src/reports/report-state';
import { configWith, useDatabase } from '../support/database';
import { finishedFile, historyOf, insertReport, insertTenant, readReport } from '../support/report-rows';

/** What the loops ask of the state machine: many reports at once, from many processes at once. */
describe('the state machine, for its loops', () => {
  const database = useDatabase();
  const states = new ReportStateMachine(database, configWith());
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await insertTenant(database);
    await database.query('ALTER TABLE reports SET (autovacuum_enabled = false)'); // stale statistics, on purpose
  });
  beforeEach(() => database.query('TRUNCATE reports CASCADE'));

  const insert = (...[state, columns]: [Parameters<typeof insertReport>[2]?, Record<string, string>?]) =>
    insertReport(database, tenantId, state, columns);
  const insertMany = (count: number, ...args: Parameters<typeof insert>) =>
    Promise.all(Array.from({ length: count }, () => insert(...args)));
  const read = (id: string) => readReport(database, id);
  const lost = { lease_expires_at: `now() - interval '1 s'`, worker_id: `'lost'` };

  describe('rescue', () => {
    it('takes back what was lost, and leaves what is not', async () => {
      const [again, last, canceled, alive] = [
        await insert('running', lost),
        await insert('running', { ...lost, failures: '2' }),
        await insert('running', { ...lost, cancel_requested_at: 'now()' }),
        await insert('running'),
      ];
      const rescued = await states.rescue(100);
      expect(new Map(rescued.map(({ id, state }) => [id, state]))).toEqual(
        new Map([
          [again, 'queued'],
          [last, 'failed'],
          [canceled, 'canceled'],
        ]),
      );
      expect(await read(again)).toMatchObject({ failures: 1, attempt: 1, lease_token: null, last_dispatched_at: null });
      expect((await read(again)).run_at.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect(await read(last)).toMatchObject({ failures: 3, error: { code: 'worker_lost', attempt: 1 } });
      expect(await read(canceled)).toMatchObject({ error: null });
      expect(await read(alive)).toMatchObject({ state: 'running', failures: 0 });
      expect(await historyOf(database, again)).toEqual(['running', 'queued']);
    });

    it('keeps to its limit, and never takes one report twice', async () => {
      await insertMany(40, 'running', lost);
      expect(await states.rescue(7)).toHaveLength(7);
      const rounds = await Promise.all(Array.from({ length: 6 }, () => states.rescue(10)));
      expect(Math.max(...rounds.map((round) => round.length))).toBeLessThanOrEqual(10);
      while ((await states.rescue(10)).length > 0);
      const failures = await database.query<object[]>('SELECT DISTINCT state, failures FROM reports');
      expect(failures).toEqual([{ state: 'queued', failures: 1 }]);
    });
  });

  describe('failOverdue', () => {
    it('fails what waited past its deadline, and tells what went wrong before', async () => {
      const late = { deadline_at: `now() - interval '1 s'` };
      const error = `'{"code": "storage_unavailable", "detail": "The disk is full.", "attempt": 1}'`;
      const [never, tried, running] = [
        await insert('queued', late),
        await insert('queued', { ...late, attempt: '1', error }),
        await insert('running', late),
      ];
      await insert();
      const failed = await states.failOverdue(100);
      expect(failed.map(({ id }) => id).sort()).toEqual([never, tried].sort());
      expect(await read(never)).toMatchObject({ state: 'failed', error: { code: 'deadline_exceeded' } });
      expect((await read(tried)).error?.detail).toContain('The disk is full.');
      expect((await read(running)).state).toBe('running');
      await insertMany(5, 'queued', late);
      expect(await states.failOverdue(2)).toHaveLength(2);
    });
  });

  describe('expire', () => {
    it('ends what is past its time, and only that', async () => {
      const [due, early] = [await succeeded(states, database, insert), await succeeded(states, database, insert)];
      const failed = await insert('failed');
      await database.query(`UPDATE reports SET file_expires_at = now() WHERE id = $1`, [due]);
      await states.expire([due, early, failed]);
      expect(await read(due)).toMatchObject({ state: 'expired', file_id: null });
      expect(await read(early)).toMatchObject({ state: 'succeeded' });
      expect(await read(failed)).toMatchObject({ state: 'failed' });
      const files = await database.query<{ report_id: string }[]>('SELECT report_id FROM report_files');
      expect(files).toEqual([{ report_id: early }]);
    });
  });
});

async function succeeded(states: ReportStateMachine, database: DataSource, insert: () => Promise<string>) {
  const report = await states.claim(await insert(), 'worker');
  await states.complete(report!, finishedFile());
  expect((await readReport(database, report!.id)).state).toBe('succeeded');
  return report!.id;
}
