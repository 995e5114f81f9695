import { randomUUID } from 'node:crypto';
import type { Fence } from '../../src/reports/report-state';
import { ReportStateMachine } from '../../src/reports/report-state';
import type { ReportFailure } from '../../src/reports/report.entity';
import { configWith, useDatabase } from '../support/database';
import { finishedFile, historyOf, insertReport, insertTenant, readReport } from '../support/report-rows';

const failure: ReportFailure = { code: 'render_error', detail: 'It broke.', attempt: 1 };
const progress = { phase: 'rendering', percent: 40, rows: 4, pages: 1 };

describe('the state machine', () => {
  const database = useDatabase();
  const states = new ReportStateMachine(database, configWith({ PRESSROOM_RETRY_BACKOFF: '10s' }));
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await insertTenant(database);
  });

  const insert = (...[state, columns]: [Parameters<typeof insertReport>[2]?, Record<string, string>?]) =>
    insertReport(database, tenantId, state, columns);
  const read = (id: string) => readReport(database, id);
  const filesOf = (id: string) => database.query<object[]>('SELECT * FROM report_files WHERE report_id = $1', [id]);

  /** A report that a worker has just taken. */
  async function claimed(columns: Record<string, string> = {}): Promise<Fence> {
    const report = await states.claim(await insert('queued', columns), 'worker');
    return report!;
  }

  /** As if time had passed since. */
  const let30sPass = (id: string) =>
    database.query(`UPDATE reports SET lease_expires_at = lease_expires_at - interval '31 s' WHERE id = $1`, [id]);

  describe('claim', () => {
    it('takes a waiting report, with a new fence each time', async () => {
      const id = await insert('queued', { template: `'sales'`, template_version: '3', lane: `'long'` });
      const report = await states.claim(id, 'worker-1');
      expect(report).toMatchObject({ id, attempt: 1, tenantId, template: 'sales', templateVersion: 3, lane: 'long' });
      expect(await read(id)).toMatchObject({
        state: 'running',
        worker_id: 'worker-1',
        version: '2',
        phase: 'starting',
      });
      await states.handBack(report!, 0);
      const again = await states.claim(id, 'worker-2');
      expect(again).toMatchObject({ attempt: 2 });
      expect(again!.leaseToken).not.toBe(report!.leaseToken);
      expect(await historyOf(database, id)).toEqual(['queued', 'running', 'queued', 'running']);
    });

    it('gives a report to one of many', async () => {
      const id = await insert();
      const claims = await Promise.all(Array.from({ length: 10 }, (_, index) => states.claim(id, `worker-${index}`)));
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
      expect(await read(id)).toMatchObject({ attempt: 1, version: '2' });
    });

    it.each([
      ['is not due', { run_at: `now() + interval '1 s'` }],
      ['is past its deadline', { deadline_at: 'now()' }],
      ['has used its attempts', { failures: '3' }],
      ['is to be canceled', { cancel_requested_at: 'now()' }],
    ])('takes none that %s', async (_, columns) => {
      const id = await insert('queued', columns);
      expect(await states.claim(id, 'worker')).toBeUndefined();
      expect((await read(id)).state).toBe('queued');
    });

    it.each(['running', 'succeeded', 'failed', 'canceled', 'expired'] as const)(
      'takes none that is %s',
      async (state) => {
        expect(await states.claim(await insert(state), 'worker')).toBeUndefined();
      },
    );

    it('takes none that never was', async () => {
      expect(await states.claim(randomUUID(), 'worker')).toBeUndefined();
    });
  });

  describe('the fence', () => {
    const writes: [string, (fence: Fence) => Promise<unknown>, unknown][] = [
      ['heartbeat', (fence) => states.heartbeat(fence, progress), 'lost'],
      ['complete', (fence) => states.complete(fence, finishedFile()), false],
      ['fail', (fence) => states.fail(fence, failure, true), undefined],
      ['handBack', (fence) => states.handBack(fence, 0), undefined],
      ['confirmCancel', (fence) => states.confirmCancel(fence), false],
    ];
    const breaches: [string, (fence: Fence) => Fence | Promise<Fence>][] = [
      ['an attempt of the past', (fence) => ({ ...fence, attempt: fence.attempt - 1 })],
      ['an attempt of the future', (fence) => ({ ...fence, attempt: fence.attempt + 1 })],
      ['another token', (fence) => ({ ...fence, leaseToken: randomUUID() })],
      [
        'a report that was rescued and taken by another',
        async (fence) => {
          await let30sPass(fence.id);
          await states.rescue(1_000);
          await database.query('UPDATE reports SET run_at = now() WHERE id = $1', [fence.id]);
          expect(await states.claim(fence.id, 'another')).toMatchObject({ attempt: fence.attempt + 1 });
          return fence;
        },
      ],
      [
        'a report that another has finished',
        async (fence) => {
          await states.complete(fence, finishedFile());
          return fence;
        },
      ],
    ];

    it.each(
      writes.flatMap(([name, ...write]) =>
        breaches.map(([breach, ...after]) => [name, breach, ...write, ...after] as const),
      ),
    )('stops %s with %s', async (_name, _breach, write, refused, breachOf) => {
      const fence = await breachOf(await claimed());
      await database.query('UPDATE reports SET cancel_requested_at = now() WHERE id = $1', [fence.id]);
      const before = await read(fence.id);
      const files = await filesOf(fence.id);
      expect(await write(fence)).toBe(refused);
      expect(await read(fence.id)).toEqual(before);
      expect(await filesOf(fence.id)).toEqual(files);
    });
  });

  describe('heartbeat', () => {
    it('renews the lease and shows the progress, which never goes back', async () => {
      const fence = await claimed();
      await database.query(`UPDATE reports SET lease_expires_at = now() + interval '1 s' WHERE id = $1`, [fence.id]);
      expect(await states.heartbeat(fence, progress)).toBe('kept');
      expect(await read(fence.id)).toMatchObject({ progress_percent: 40, phase: 'rendering', version: '3' });
      const [lease] = await database.query<{ isRenewed: boolean }[]>(
        `SELECT lease_expires_at > now() + interval '20 s' AS "isRenewed" FROM reports WHERE id = $1`,
        [fence.id],
      );
      expect(lease?.isRenewed).toBe(true);
      await states.heartbeat(fence, { ...progress, percent: 10 });
      expect(await read(fence.id)).toMatchObject({ progress_percent: 40 });
    });

    it('comes too late after the lease, and tells of a cancellation', async () => {
      const late = await claimed();
      await let30sPass(late.id);
      expect(await states.heartbeat(late, progress)).toBe('lost');
      const canceled = await claimed();
      expect(await states.cancel(tenantId, canceled.id)).toBe('running');
      expect(await states.heartbeat(canceled, progress)).toBe('canceled');
    });
  });

  describe('complete', () => {
    it('makes the file visible together with the state', async () => {
      const fence = await claimed();
      const file = finishedFile();
      expect(await states.complete(fence, file)).toBe(true);
      const row = await read(fence.id);
      expect(row).toMatchObject({ state: 'succeeded', file_id: file.id, lease_token: null, progress_percent: 100 });
      expect(row.file_expires_at!.getTime() - row.finished_at!.getTime()).toBe(7 * 86_400_000);
      expect(await filesOf(fence.id)).toEqual([
        expect.objectContaining({
          id: file.id,
          tenant_id: tenantId,
          attempt: 1,
          storage_key: file.storageKey,
          pages: 2,
        }),
      ]);
      expect(await states.hasFile(file.storageKey)).toBe(true);
      expect(await states.hasFile('reports/other.pdf')).toBe(false);
      expect(await states.complete(fence, finishedFile())).toBe(false);
    });

    it('is refused once a cancellation was acknowledged, which the worker then confirms', async () => {
      const fence = await claimed();
      await states.cancel(tenantId, fence.id);
      expect(await states.complete(fence, finishedFile())).toBe(false);
      await states.confirmCancel(fence);
      expect(await read(fence.id)).toMatchObject({ state: 'canceled', file_id: null, lease_token: null, error: null });
      expect(await historyOf(database, fence.id)).toEqual(['queued', 'running', 'canceled']);
    });

    it('changes nothing when the file cannot be written down', async () => {
      const file = finishedFile();
      await states.complete(await claimed(), file);
      const fence = await claimed();
      await expect(states.complete(fence, { ...finishedFile(), storageKey: file.storageKey })).rejects.toMatchObject({
        code: '23505',
      });
      expect((await read(fence.id)).state).toBe('running');
    });
  });

  describe('fail', () => {
    it('waits longer after each failure, and ends when the attempts are used up', async () => {
      const id = await insert();
      for (const [failures, delay] of [
        [1, 10],
        [2, 20],
      ] as const) {
        const fence = (await states.claim(id, 'worker'))!;
        expect(await states.fail(fence, { ...failure, attempt: fence.attempt }, true)).toBe('queued');
        expect(await read(id)).toMatchObject({ failures, lease_token: null, error: { attempt: failures } });
        const [due] = await database.query<{ wait: number }[]>(
          `SELECT extract(epoch FROM run_at - now())::float8 AS wait FROM reports WHERE id = $1`,
          [id],
        );
        expect(due?.wait).toBeGreaterThan(delay * 0.8 - 5);
        expect(due?.wait).toBeLessThanOrEqual(delay * 1.2);
        await database.query('UPDATE reports SET run_at = now() WHERE id = $1', [id]);
      }
      const last = (await states.claim(id, 'worker'))!;
      expect(await states.fail(last, failure, true)).toBe('failed');
      expect(await read(id)).toMatchObject({ state: 'failed', failures: 3, attempt: 3, error: failure });
    });

    it('is final for what cannot get better, and when the deadline comes before the next attempt', async () => {
      expect(await states.fail(await claimed(), failure, false)).toBe('failed');
      const soon = { deadline_at: `now() + interval '5 s'` };
      expect(await states.fail(await claimed(soon), failure, true)).toBe('failed');
    });

    it('becomes a cancellation where one was asked for', async () => {
      const fence = await claimed();
      await states.cancel(tenantId, fence.id);
      expect(await states.fail(fence, failure, true)).toBe('canceled');
      expect(await read(fence.id)).toMatchObject({ state: 'canceled', error: null });
    });
  });

  describe('handBack', () => {
    it('costs no attempt of the budget, and can wait', async () => {
      const fence = await claimed();
      expect(await states.handBack(fence, 60_000, { ...failure, code: 'storage_unavailable' })).toBe('queued');
      const row = await read(fence.id);
      expect(row).toMatchObject({ attempt: 1, failures: 0, lease_token: null, error: { code: 'storage_unavailable' } });
      expect(await states.claim(fence.id, 'worker')).toBeUndefined();
    });

    it('becomes a cancellation where one was asked for', async () => {
      const fence = await claimed();
      await states.cancel(tenantId, fence.id);
      expect(await states.handBack(fence, 0)).toBe('canceled');
    });
  });

  describe('cancel', () => {
    it('ends a waiting report and marks a running one, for its own tenant only', async () => {
      const waiting = await insert();
      const stranger = await insertTenant(database);
      expect(await states.cancel(stranger, waiting)).toBeUndefined();
      expect(await states.cancel(tenantId, waiting)).toBe('canceled');
      expect(await states.cancel(tenantId, waiting)).toBeUndefined();
      const { id } = await claimed();
      await states.cancel(tenantId, id);
      const { cancel_requested_at } = await read(id);
      await states.cancel(tenantId, id);
      expect((await read(id)).cancel_requested_at).toEqual(cancel_requested_at);
    });

    it.each(['succeeded', 'failed', 'canceled', 'expired'] as const)('leaves what is %s', async (state) => {
      expect(await states.cancel(tenantId, await insert(state))).toBeUndefined();
    });

    it.each([
      ['cancellation', 1_000, (id: string) => states.cancel(tenantId, id)],
      ['deletion', 200, async (id: string) => (await states.delete(tenantId, id))?.state],
    ] as const)('in a race of a %s with the completion lets exactly one win', async (_, races, end) => {
      const outcomes = { running: 0, succeeded: 0 };
      const race = async (index: number): Promise<void> => {
        const fence = await claimed();
        const complete = () => states.complete(fence, finishedFile());
        // Both are on their way at once, over connections of their own; each is sent first as often as the other.
        const [completed, ended] =
          index % 2 === 0
            ? await Promise.all([complete(), end(fence.id)])
            : await Promise.all([end(fence.id), complete()]).then(([one, other]) => [other, one] as const);
        const { state, cancel_requested_at: canceledAt } = await read(fence.id);
        expect({ state, isCanceled: canceledAt !== null, ended: ended === 'running' }).toEqual({
          state: completed ? 'succeeded' : 'running',
          isCanceled: !completed,
          ended: !completed,
        });
        outcomes[state as keyof typeof outcomes]++;
      };
      for (let index = 0; index < races; index += 4) await Promise.all([0, 1, 2, 3].map((more) => race(index + more)));
      expect(outcomes.running + outcomes.succeeded).toBe(races);
      expect(Math.min(outcomes.running, outcomes.succeeded)).toBeGreaterThan(0);
    });
  });
});
