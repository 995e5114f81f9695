import type { ReportState } from '../../src/reports/report.entity';
import { reportStates } from '../../src/reports/report.entity';
import { useDatabase } from '../support/database';
import { columnsOf, historyOf, insertReport, insertTenant, readReport } from '../support/report-rows';

const arrows: [ReportState, ReportState][] = [
  ['queued', 'running'],
  ['queued', 'canceled'],
  ['queued', 'failed'],
  ['running', 'queued'],
  ['running', 'succeeded'],
  ['running', 'failed'],
  ['running', 'canceled'],
  ['succeeded', 'expired'],
  ['failed', 'expired'],
  ['canceled', 'expired'],
];
const all = reportStates.flatMap((from) => reportStates.map((to): [ReportState, ReportState] => [from, to]));
const isArrow = ([from, to]: [ReportState, ReportState]): boolean => arrows.some(([a, b]) => a === from && b === to);

/** The state machine as the database itself holds it, against whatever writes to it. */
describe('the arrows between states', () => {
  const database = useDatabase();
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await insertTenant(database);
  });

  async function force(from: ReportState, to: ReportState): Promise<string> {
    const id = await insertReport(database, tenantId, from);
    const nothing = {
      lease_token: 'NULL',
      lease_expires_at: 'NULL',
      file_id: 'NULL',
      finished_at: 'NULL',
      error: 'NULL',
    };
    const assignments = Object.entries({ ...nothing, ...columnsOf[to] }).map(
      ([column, value]) => `${column} = ${value}`,
    );
    await database.query(
      `UPDATE reports SET state = $2, version = version + 1, ${assignments.join(', ')} WHERE id = $1`,
      [id, to],
    );
    return id;
  }

  it.each(arrows)('lets %s become %s, and writes it down', async (from, to) => {
    const id = await force(from, to);
    expect((await readReport(database, id)).state).toBe(to);
    expect(await historyOf(database, id)).toEqual([from, to]);
  });

  it.each(all.filter(([from, to]) => from !== to && !isArrow([from, to])))(
    'does not let %s become %s',
    async (from, to) => {
      await expect(force(from, to)).rejects.toMatchObject({ code: 'RG001' });
    },
  );

  it('lets no attempt run backwards', async () => {
    const id = await insertReport(database, tenantId, 'running', { attempt: '2' });
    await expect(database.query('UPDATE reports SET attempt = 1 WHERE id = $1', [id])).rejects.toMatchObject({
      code: 'RG002',
    });
  });

  it('gives every end a time at which its record ends', async () => {
    for (const [from, to] of arrows.filter(([, end]) => columnsOf[end].finished_at !== undefined)) {
      const { finished_at, record_expires_at } = await readReport(database, await force(from, to));
      expect(record_expires_at!.getTime() - finished_at!.getTime()).toBe(30 * 86_400_000);
    }
  });

  it.each([
    ['a lease without a run', 'queued', { lease_token: 'gen_random_uuid()', lease_expires_at: 'now()' }],
    ['a run without a lease', 'running', { lease_token: 'NULL' }],
    ['a success without a file', 'succeeded', { file_id: 'NULL' }],
    ['a file without a success', 'failed', { file_id: 'gen_random_uuid()' }],
    ['a failure without a reason', 'failed', { error: 'NULL' }],
    ['an end without a time', 'canceled', { finished_at: 'NULL' }],
    ['a time without an end', 'queued', { finished_at: 'now()' }],
    ['a template without a version', 'queued', { template: `'sales'` }],
    ['no attempts at all', 'queued', { max_attempts: '0' }],
  ] as const)('refuses %s', async (_, state, columns) => {
    await expect(insertReport(database, tenantId, state, columns)).rejects.toMatchObject({ code: '23514' });
  });

  it('lets no template version change', async () => {
    await database.query(
      `INSERT INTO template_versions (tenant_id, name, version, hash, definition) VALUES ($1, 'a', 1, '\\x00', '{}')`,
      [tenantId],
    );
    for (const change of [`definition = '{}'`, 'version = 2', `name = 'b'`])
      await expect(database.query(`UPDATE template_versions SET ${change}`)).rejects.toMatchObject({ code: 'RG003' });
  });
});
