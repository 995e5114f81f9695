import { ReportStateMachine } from '../../src/reports/report-state';
import { RungReports } from '../../src/reports/rung-reports';
import { configWith, useDatabase } from '../support/database';
import { insertReport, insertTenant, readReport } from '../support/report-rows';

/** Which reports the workers are rung for, in what order: the fair scheduler. */
describe('fair dispatch', () => {
  const database = useDatabase();
  const window = 4;
  const reports = new RungReports(
    database,
    configWith({ PRESSROOM_REDISPATCH_AFTER: '60s', PRESSROOM_TENANT_WINDOW: String(window) }),
  );
  const states = new ReportStateMachine(database, configWith());
  let [first, second]: string[] = [];
  beforeAll(async () => {
    [first, second] = [await insertTenant(database), await insertTenant(database)];
    await database.query('ALTER TABLE reports SET (autovacuum_enabled = false)'); // stale statistics, on purpose
  });
  beforeEach(() => database.query('TRUNCATE reports CASCADE'));

  const ago = (time: string) => ({ created_at: `now() - interval '${time}'` });
  const insert = (tenant: string, columns: Record<string, string> = {}, state: 'queued' | 'running' = 'queued') =>
    insertReport(database, tenant, state, { ...ago('1 min'), ...columns });
  const take = async (limit = 100, tenants?: string[]) => (await reports.takeNext(limit, tenants)).map(({ id }) => id);
  async function insertMany(tenant: string, howMany: number, columns = ''): Promise<void> {
    await database.query(
      `INSERT INTO reports (id, tenant_id, filename, as_of, parameters_sha256, deadline_at, file_retention,
                            record_retention, created_at ${columns && ', priority'})
       SELECT gen_random_uuid(), $1, 'a.pdf', now(), '\\x00', now() + interval '1 d', '7 d', '30 d',
              now() - number * interval '1 ms' ${columns && `, '${columns}'`} FROM generate_series(1, $2) number`,
      [tenant, howMany],
    );
  }

  it('takes what is due and was not rung for', async () => {
    const due = await insert(first!);
    await insert(first!, { run_at: `now() + interval '1 h'` });
    await insert(first!, { last_dispatched_at: 'now()' });
    await insert(first!, {}, 'running');
    await insertReport(database, first!, 'succeeded');
    const [taken, ...more] = await reports.takeNext(100);
    expect(more).toEqual([]);
    expect(taken).toMatchObject({ id: due, seq: 1 });
    expect(taken!.turn).toBeGreaterThan(Date.parse('2020-01-01'));
    expect((await readReport(database, due)).last_dispatched_at).not.toBeNull();
    expect(await take()).toEqual([]);
  });

  it('fills the window of each tenant, and no more until a report of it is taken', async () => {
    await insertMany(first!, 1000);
    const single = await insert(second!);
    const taken = await take();
    expect(taken).toHaveLength(window + 1);
    expect(taken).toContain(single);
    expect(await take()).toEqual([]);
    for (const id of taken.filter((other) => other !== single).slice(0, 2)) await states.claim(id, 'worker');
    expect(await take(100, [second!])).toEqual([]);
    expect(await take(100, [first!])).toHaveLength(2);
  });

  it('has a window for long reports and one for short ones', async () => {
    for (let count = 0; count < 10; count++) await insert(first!, { lane: `'long'` });
    const single = await insert(first!);
    const taken = await reports.takeNext(100);
    expect(taken.filter(({ lane }) => lane === 'long')).toHaveLength(window);
    expect(taken.filter(({ lane }) => lane === 'short')).toMatchObject([{ id: single }]);
    const [short, long] = ['short', 'long'].map((name) => taken.find(({ lane }) => lane === name)!);
    expect(short!.turn).toBe(long!.turn); // neither makes the other wait
    expect(await take()).toEqual([]);
  });

  it('gives the first report of a tenant an earlier turn than the second of another', async () => {
    await insertMany(first!, 10);
    const taken = await reports.takeNext(100);
    const single = await insert(second!);
    const [next] = await reports.takeNext(100);
    expect(taken.map((report) => report.turn)).toEqual(taken.map((report) => report.turn).sort((a, b) => a - b));
    expect(next!.id).toBe(single);
    expect(next!.turn).toBeLessThan(taken[1]!.turn);
  });

  it('takes the urgent first, then the oldest', async () => {
    const low = await insert(first!, { priority: `'low'` });
    const younger = await insert(first!, ago('30 s'));
    const normal = await insert(first!);
    const high = await insert(first!, { priority: `'high'`, ...ago('1 s') });
    expect(await take()).toEqual([high, normal, younger, low]);
  });

  it('gives a report that was handed back an earlier turn than those that were not begun', async () => {
    for (let count = 0; count < 3; count++) await insert(first!);
    const handedBack = await insert(first!, { ...ago('1 s'), attempt: '1' });
    const failed = await insert(second!, { attempt: '1', failures: '1' });
    const taken = (await reports.takeNext(100)).sort((a, b) => a.turn - b.turn).map(({ id }) => id);
    expect(taken[0]).toBe(handedBack);
    expect(taken.indexOf(failed)).toBeGreaterThan(0);
  });

  it('lets what has a low priority wait five minutes longer, not for ever', async () => {
    await insertMany(first!, 10, 'high');
    const low = await insert(first!, { priority: `'low'`, ...ago('11 min') });
    const normal = await insert(first!, { ...ago('6 min') });
    expect(await take()).toEqual(expect.arrayContaining([low, normal]));
  });

  it('keeps to its limit, and gives each report to one of many processes', async () => {
    const tenants = await Promise.all(Array.from({ length: 12 }, () => insertTenant(database)));
    for (const tenant of tenants) await insertMany(tenant, 6);
    const rounds = await Promise.all(Array.from({ length: 6 }, () => take(8)));
    for (const round of rounds) expect(round.length).toBeLessThanOrEqual(8);
    const ids = rounds.flat();
    while (ids.length < tenants.length * window) ids.push(...(await take(8)));
    expect(new Set(ids).size).toBe(tenants.length * window);
    expect(await take()).toEqual([]);
  });

  it('rings again for what was rung for long ago, where rings are missing in Redis', async () => {
    const lost = await insert(first!, { last_dispatched_at: `now() - interval '61 s'`, dispatch_seq: '1' });
    await insert(first!, { last_dispatched_at: `now() - interval '59 s'` });
    expect(await reports.takeLost(100, 2)).toEqual([]);
    expect(await reports.takeLost(100, 1)).toMatchObject([{ id: lost, seq: 2 }]);
    expect(await reports.takeLost(100, 1)).toEqual([]);
  });

  it('counts as never rung for what Redis did not take', async () => {
    const id = await insert(first!);
    await take();
    await reports.markUnrung([id]);
    expect(await take()).toEqual([id]);
  });

  it('reads no more than the window of a backlog', async () => {
    await insertMany(first!, 20_000);
    await insertMany(second!, 20);
    await database.query('ANALYZE reports');
    const connection = database.createQueryRunner();
    await connection.startTransaction();
    try {
      const query: typeof database.query = (sql, parameters) => connection.query(sql, parameters);
      const read = async (): Promise<number> => {
        const [counts] = await query<{ rows: string }[]>(
          `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'reports'`,
        );
        return Number(counts!.rows);
      };
      const before = await read();
      expect(await new RungReports({ query }, configWith()).takeNext(100)).toHaveLength(2 * 10);
      expect((await read()) - before).toBeLessThan(200);
    } finally {
      await connection.rollbackTransaction();
      await connection.release();
    }
  });
});
