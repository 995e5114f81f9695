import { BacklogLimits } from '../../src/reports/backlog-limits';
import { configWith, useDatabase } from '../support/database';
import { insertReport, insertTenant } from '../support/report-rows';

describe('the limits of the backlog', () => {
  const database = useDatabase();
  let one: string;
  let other: string;
  beforeEach(async () => {
    await database.query('DELETE FROM reports');
    one = await insertTenant(database);
    other = await insertTenant(database);
  });

  const limits = (ofTenant: number, ofAll: number) =>
    new BacklogLimits(
      database,
      configWith({ PRESSROOM_MAX_QUEUED_PER_TENANT: String(ofTenant), PRESSROOM_MAX_QUEUED: String(ofAll) }),
    );
  /** What became of it: stored, not stored because its key was taken, or the code of the refusal. */
  const store = async (limit: BacklogLimits, tenantId: string, reports: number, isKeyFree = true): Promise<unknown> =>
    limit
      .within(tenantId, reports, async () => {
        for (let left = isKeyFree ? reports : 0; left > 0; left--) await insertReport(database, tenantId);
        return isKeyFree ? true : undefined;
      })
      .catch((error: unknown) => (error as { code: string }).code);

  it("count what waits, rung for or not, and neither what runs nor what has ended nor another tenant's", async () => {
    await insertReport(database, one);
    await insertReport(database, one, 'queued', { last_dispatched_at: 'now()' });
    await insertReport(database, one, 'queued', { lane: `'long'`, priority: `'low'` });
    for (const state of ['running', 'succeeded', 'failed', 'canceled'] as const)
      await insertReport(database, one, state);
    for (let index = 0; index < 10; index++) await insertReport(database, other);
    expect(await store(limits(3, 100), one, 1)).toBe('quota-exceeded');
    expect(await store(limits(4, 100), one, 1)).toBe(true);
    expect(await store(limits(100, 14), one, 1)).toBe('temporary-reduced-capacity');
    expect(await store(limits(100, 15), one, 1)).toBe(true);
  });

  it('hold to the report for requests at the same moment, and store a batch whole or not at all', async () => {
    const limit = limits(10, 15);
    const results = await Promise.all(Array.from({ length: 30 }, () => store(limit, one, 1)));
    expect(results.filter((result) => result === true)).toHaveLength(10);
    expect(results.filter((result) => result === 'quota-exceeded')).toHaveLength(20);
    expect(await store(limit, other, 6)).toBe('temporary-reduced-capacity');
    expect(await store(limit, other, 5)).toBe(true);
  });

  it('give the room back when nothing was stored', async () => {
    const limit = limits(3, 3);
    expect(await store(limit, one, 3, false)).toBeUndefined();
    await expect(limit.within(one, 3, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await store(limit, one, 3)).toBe(true);
    expect(await store(limit, one, 1)).toBe('quota-exceeded');
  });

  it('ask Postgres once for many requests', async () => {
    let asked = 0;
    const counting = {
      query: (sql: string, parameters: unknown[]) => {
        asked++;
        return database.query(sql, parameters);
      },
    } as unknown as typeof database;
    const limit = new BacklogLimits(counting, configWith());
    await Promise.all(Array.from({ length: 50 }, () => limit.within(one, 1, () => Promise.resolve(true))));
    await limit.within(one, 1, () => Promise.resolve(true));
    expect(asked).toBe(2);
  });
});
