import { randomUUID } from 'node:crypto';
import { completeBatches } from '../../src/reports/complete-batches.loop';
import { ReportStateMachine } from '../../src/reports/report-state';
import { DeliveryStateMachine } from '../../src/webhooks/delivery-state';
import { configWith, useDatabase } from '../support/database';
import { finishedFile, insertReport, insertTenant } from '../support/report-rows';

const failure = { code: 'render_error', detail: 'It broke.', attempt: 1 } as const;
const everything = ['report.succeeded', 'report.failed', 'report.canceled', 'report.expired'];

describe('webhook deliveries', () => {
  const database = useDatabase();
  const config = configWith();
  const reports = new ReportStateMachine(database, config);
  const deliveries = new DeliveryStateMachine(database, config);
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await insertTenant(database);
  });
  beforeEach(() => database.query('TRUNCATE reports, report_batches, webhook_endpoints CASCADE'));

  async function insertEndpoint(columns: Record<string, unknown> = {}): Promise<string> {
    const values = {
      id: randomUUID(),
      tenant_id: tenantId,
      url: 'https://x',
      events: everything,
      secret: '',
      ...columns,
    };
    const places = Object.keys(values).map((_, index) => `$${index + 1}`);
    await database.query(
      `INSERT INTO webhook_endpoints (${Object.keys(values).join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(values),
    );
    return values.id;
  }

  async function insertDeliveries(endpointId: string, count: number): Promise<void> {
    await database.query(
      `INSERT INTO webhook_deliveries (id, tenant_id, endpoint_id, subject_id, type, data)
       SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), 'endpoint.ping', '{}' FROM generate_series(1, $3)`,
      [tenantId, endpointId, count],
    );
  }

  const announced = async (): Promise<string[]> => {
    const rows = await database.query<{ type: string }[]>(
      'SELECT type FROM webhook_deliveries ORDER BY created_at, type',
    );
    return rows.map(({ type }) => type);
  };
  const statesOf = async (endpointId: string): Promise<Record<string, number>> => {
    const rows = await database.query<{ state: string; count: number }[]>(
      'SELECT state, count(*)::int FROM webhook_deliveries WHERE endpoint_id = $1 GROUP BY state',
      [endpointId],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  };
  const claim = async (columns: Record<string, string> = {}) =>
    (await reports.claim(await insertReport(database, tenantId, 'queued', columns), 'worker'))!;
  const lost = { lease_expires_at: `now() - interval '1 s'` };

  describe('are recorded by whatever ends a report', () => {
    it.each<[string, string[], () => Promise<unknown>]>([
      ['complete', ['report.succeeded'], async () => reports.complete(await claim(), finishedFile())],
      ['fail, for good', ['report.failed'], async () => reports.fail(await claim(), failure, false)],
      ['fail, to be tried again', [], async () => reports.fail(await claim(), failure, true)],
      ['hand back', [], async () => reports.handBack(await claim(), 0)],
      [
        'cancel a waiting one',
        ['report.canceled'],
        async () => reports.cancel(tenantId, await insertReport(database, tenantId)),
      ],
      [
        'confirm a cancellation',
        ['report.canceled'],
        async () => {
          const report = await claim();
          await reports.cancel(tenantId, report.id);
          expect(await announced()).toEqual([]);
          await reports.confirmCancel(report);
        },
      ],
      [
        'rescue, to be tried again, for good and canceled',
        ['report.canceled', 'report.failed'],
        async () => {
          await insertReport(database, tenantId, 'running', lost);
          await insertReport(database, tenantId, 'running', { ...lost, failures: '2' });
          await insertReport(database, tenantId, 'running', { ...lost, cancel_requested_at: 'now()' });
          await reports.rescue(10);
        },
      ],
      [
        'fail overdue',
        ['report.failed'],
        async () => {
          await insertReport(database, tenantId, 'queued', { deadline_at: `now() - interval '1 s'` });
          await reports.failOverdue(10);
        },
      ],
      [
        'expire',
        ['report.succeeded', 'report.expired'],
        async () => {
          const report = await claim();
          await reports.complete(report, finishedFile());
          await database.query('UPDATE reports SET file_expires_at = now()');
          await reports.expire([report.id]);
          await reports.expire([report.id]);
        },
      ],
    ])('%s', async (_, expected, change) => {
      await insertEndpoint();
      await change();
      expect(await announced()).toEqual(expected);
    });

    it('once for a batch, when the last of its reports has ended, by many processes at once', async () => {
      const endpoint = await insertEndpoint({ events: ['batch.completed'] });
      const batches = Array.from({ length: 5 }, () => randomUUID());
      await database.query('INSERT INTO report_batches (id, tenant_id) SELECT unnest($1::uuid[]), $2', [
        batches,
        tenantId,
      ]);
      const ids: string[] = [];
      for (const batch of batches)
        for (const index of ['0', '1'])
          ids.push(await insertReport(database, tenantId, 'queued', { batch_id: `'${batch}'`, batch_index: index }));
      const complete = () => Promise.all(Array.from({ length: 4 }, () => completeBatches(database, 100)));
      await reports.cancel(tenantId, ids[0]!);
      await complete();
      expect(await announced()).toEqual([]);
      for (const id of ids.slice(0, 4)) await reports.delete(tenantId, id);
      await Promise.all(ids.map((id) => reports.cancel(tenantId, id)));
      await complete();
      await complete();
      const rows = await database.query<{ subject_id: string; data: object }[]>(
        'SELECT subject_id, data FROM webhook_deliveries WHERE endpoint_id = $1',
        [endpoint],
      );
      expect(rows.map(({ subject_id }) => subject_id).sort()).toEqual(batches.sort());
      for (const { data } of rows) expect(data).toMatchObject({ counts: { canceled: 2, queued: 0, expired: 0 } });
    });

    it('and not when that is rolled back', async () => {
      await insertEndpoint();
      const id = await insertReport(database, tenantId);
      const runner = database.createQueryRunner();
      await runner.startTransaction();
      await runner.query(
        `UPDATE reports SET state = 'canceled', finished_at = now(), version = version + 1 WHERE id = $1`,
        [id],
      );
      await runner.rollbackTransaction();
      await runner.release();
      expect(await announced()).toEqual([]);
    });

    it('only for endpoints of the tenant that are enabled, not deleted, and take such events', async () => {
      await insertEndpoint({ status: 'disabled', disabled_reason: 'by a test' });
      await insertEndpoint({ deleted_at: new Date() });
      await insertEndpoint({ events: ['report.failed'] });
      await insertEndpoint({ tenant_id: await insertTenant(database) });
      const told = [await insertEndpoint(), await insertEndpoint()].sort();
      const { id } = await claim();
      await reports.cancel(tenantId, id);
      await reports.cancel(tenantId, await insertReport(database, tenantId));
      const rows = await database.query<{ endpoint_id: string }[]>(
        'SELECT endpoint_id FROM webhook_deliveries ORDER BY endpoint_id',
      );
      expect(rows.map(({ endpoint_id }) => endpoint_id)).toEqual(told);
    });
  });

  describe('are taken', () => {
    it('five at a time of one endpoint, also by many processes at once', async () => {
      const [one, other] = [await insertEndpoint(), await insertEndpoint()];
      await insertDeliveries(one, 40);
      await insertDeliveries(other, 3);
      for (let round = 0; round < 10; round++) {
        await Promise.all(Array.from({ length: 6 }, () => deliveries.take(100)));
        expect((await statesOf(one)).delivering).toBe(5);
      }
      expect(await statesOf(other)).toEqual({ delivering: 3 });
    });

    it('within the limit, and of every endpoint before a second of any', async () => {
      const endpoints = [await insertEndpoint(), await insertEndpoint(), await insertEndpoint()];
      for (const id of endpoints) await insertDeliveries(id, 10);
      const taken = await deliveries.take(3);
      expect(new Set(taken.map(({ endpointId }) => endpointId))).toEqual(new Set(endpoints));
      expect(taken).toHaveLength(3);
    });

    it('not before they are due, and not of an endpoint that takes none', async () => {
      const [later, disabled, deleted] = [
        await insertEndpoint(),
        await insertEndpoint({ status: 'disabled', disabled_reason: 'by a test' }),
        await insertEndpoint({ deleted_at: new Date() }),
      ];
      for (const id of [later, disabled, deleted]) await insertDeliveries(id, 2);
      await database.query(
        `UPDATE webhook_deliveries SET next_attempt_at = now() + interval '1 s' WHERE endpoint_id = $1`,
        [later],
      );
      expect(await deliveries.take(100)).toEqual([]);
    });
  });

  describe('whose lease was lost', () => {
    async function takeAndLose() {
      await insertDeliveries(await insertEndpoint(), 1);
      const [taken] = await deliveries.take(1);
      await database.query(`UPDATE webhook_deliveries SET lease_expires_at = now() - interval '1 s'`);
      return taken!;
    }

    it('are taken back, and their late outcome changes nothing', async () => {
      const taken = await takeAndLose();
      expect(await deliveries.reclaim(10)).toEqual([{ id: taken.id, state: 'pending' }]);
      expect(await deliveries.reclaim(10)).toEqual([]);
      const outcome = { status: 200, error: null };
      expect(await deliveries.succeed(taken, outcome)).toBe(false);
      const [again] = await deliveries.take(1);
      expect(again).toMatchObject({ id: taken.id, attempts: 2, triesInRound: 2 });
      expect(await deliveries.fail(taken, outcome, 0)).toBe(false);
      expect(await deliveries.disableEndpoint(taken, outcome, 'gone')).toBe(false);
      await deliveries.handBack(taken);
      expect(await statesOf(taken.endpointId)).toEqual({ delivering: 1 });
      expect(await deliveries.succeed(again!, outcome)).toBe(true);
    });

    it('are exhausted after the last try', async () => {
      const { id } = await takeAndLose();
      await database.query('UPDATE webhook_deliveries SET tries_in_round = 10');
      expect(await deliveries.reclaim(10)).toEqual([{ id, state: 'exhausted' }]);
    });
  });
});
