import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/auth/api-keys';
import { AcceptReport } from '../../src/reports/accept-report';
import { BacklogLimits } from '../../src/reports/backlog-limits';
import { CheckBatchRequest } from '../../src/reports/check-batch-request';
import type { CheckReportRequest, CheckedRequest } from '../../src/reports/check-report-request';
import type { Dispatcher } from '../../src/reports/dispatcher';
import { InsertReports } from '../../src/reports/insert-reports';
import { configWith, useDatabase } from '../support/database';
import { insertTenant } from '../support/report-rows';

const definition = { pressroom: 1, name: 'letter', body: [{ type: 'heading', level: 1, text: 'Dear reader' }] };

/** A request that was checked; these tests are about what is stored of it. */
const checked: CheckedRequest = {
  template: null,
  isRemembered: false,
  definition,
  name: 'letter',
  retention: { file: undefined, record: undefined },
  description: {},
  parameters: { month: 'May' },
  data: { sales: { rows: [{ region: 'North' }] } },
  uploadIds: [],
  totalRows: 1,
};

describe('accepting a report', () => {
  const database = useDatabase();
  let caller: Caller;
  let rung: { tenantId: string; stored: Promise<number> }[] = [];
  beforeAll(async () => {
    caller = { tenantId: await insertTenant(database), keyId: 'key', scopes: [] };
  });
  beforeEach(() => {
    rung = [];
  });

  const count = async (table: string): Promise<number> =>
    (await database.query<unknown[]>(`SELECT FROM ${table}`)).length;
  const countAll = () => Promise.all(['reports', 'report_inputs', 'report_events', 'idempotency_keys'].map(count));

  const submission = (idempotencyKey?: string) => ({
    caller,
    idempotencyKey,
    requestId: 'request',
    traceparent: undefined,
  });

  function service(request: CheckedRequest = checked): AcceptReport {
    const dispatcher = {
      ring: (tenantId: string) => rung.push({ tenantId, stored: count('reports') }),
    } as unknown as Dispatcher;
    const check = { check: () => Promise.resolve(request) } as unknown as CheckReportRequest;
    const insert = new InsertReports(database, configWith());
    const limits = new BacklogLimits(database, configWith());
    return new AcceptReport(insert, check, new CheckBatchRequest(check), limits, dispatcher);
  }

  const accept = (request: CheckedRequest = checked, idempotencyKey?: string) =>
    service(request).accept(submission(idempotencyKey), {});

  it('stores all of it at once, and rings only for what is stored', async () => {
    const [reports, inputs, events, keys] = (await countAll()) as [number, number, number, number];
    const { id, isReplay } = await accept(checked, 'first');
    expect(isReplay).toBe(false);
    expect(await countAll()).toEqual([reports + 1, inputs + 1, events + 1, keys + 1]);
    expect(rung.map(({ tenantId }) => tenantId)).toEqual([caller.tenantId]);
    expect(await rung[0]!.stored).toBe(reports + 1);
    const [input] = await database.query<object[]>('SELECT * FROM report_inputs WHERE report_id = $1', [id]);
    expect(input).toMatchObject({ definition: checked.definition, parameters: checked.parameters, data: checked.data });
  });

  it('stores nothing, the key included, when any part of it is refused', async () => {
    const before = await countAll();
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON report_inputs FOR EACH ROW EXECUTE FUNCTION refuse();`,
    );
    await expect(accept(checked, 'refused')).rejects.toThrow('no');
    await database.query('DROP FUNCTION refuse() CASCADE');
    expect(await countAll()).toEqual(before);
    expect(rung).toEqual([]);
    expect((await accept(checked, 'refused')).isReplay).toBe(false);
  });

  it('refuses an upload that has gone since it was checked', async () => {
    const before = await countAll();
    await expect(accept({ ...checked, uploadIds: [randomUUID()] }, 'gone')).rejects.toMatchObject({
      code: 'validation-failed',
    });
    expect(await countAll()).toEqual(before);
  });

  it('keeps the uploads that it needs from being cleaned away', async () => {
    const upload = randomUUID();
    await database.query(
      `INSERT INTO uploads (id, tenant_id, media_type, storage_key, size_bytes, row_count, sha256, expires_at)
       VALUES ($1, $2, 'text/csv', 'uploads/x', 2, 0, sha256('a'), now())`,
      [upload, caller.tenantId],
    );
    const { id } = await accept({ ...checked, uploadIds: [upload] });
    expect(await database.query('SELECT report_id, upload_id FROM report_uploads')).toEqual([
      { report_id: id, upload_id: upload },
    ]);
  });

  it('makes one report of many requests with one key, and rings once', async () => {
    const before = await count('reports');
    const all = await Promise.all(Array.from({ length: 12 }, () => accept(checked, 'many')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect(await count('reports')).toBe(before + 1);
    expect(rung).toHaveLength(1);
  });

  it('stores a batch as one: its reports in their order, or none of them', async () => {
    const [reports, inputs, events, keys] = (await countAll()) as [number, number, number, number];
    const batch = { reports: [{ reference: 'a' }, { reference: 'b' }, {}] };
    const { id } = await service().acceptBatch(submission('batch'), batch);
    expect(await countAll()).toEqual([reports + 3, inputs + 3, events + 3, keys + 1]);
    const stored = await database.query<object[]>(
      `SELECT batch_index, reference FROM reports WHERE batch_id = $1 ORDER BY id`,
      [id],
    );
    expect(stored).toEqual([
      { batch_index: 0, reference: 'a' },
      { batch_index: 1, reference: 'b' },
      { batch_index: 2, reference: null },
    ]);
    expect(rung.map(({ tenantId }) => tenantId)).toEqual([caller.tenantId]);
    expect(await rung[0]!.stored).toBe(reports + 3);
    expect(await service().acceptBatch(submission('batch'), batch)).toEqual({ id, isReplay: true });
    const gone = service({ ...checked, uploadIds: [randomUUID()] });
    await expect(gone.acceptBatch(submission(), batch)).rejects.toMatchObject({ code: 'validation-failed' });
    expect(await countAll()).toEqual([reports + 3, inputs + 3, events + 3, keys + 1]);
    expect(await count('report_batches')).toBe(1);
  });
});
