import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { ReportState } from '../../src/reports/report.entity';

/** What a row of each state must have beside the state itself, as SQL. */
export const columnsOf: Record<ReportState, Record<string, string>> = {
  queued: {},
  running: { attempt: '1', lease_token: 'gen_random_uuid()', lease_expires_at: `now() + interval '30 s'` },
  succeeded: { finished_at: 'now()', file_id: 'gen_random_uuid()', file_expires_at: `now() + interval '7 d'` },
  failed: { finished_at: 'now()', error: `'{"code": "render_error", "detail": "It broke.", "attempt": 1}'` },
  canceled: { finished_at: 'now()', cancel_requested_at: 'now()' },
  expired: { finished_at: 'now()' },
};

const essentials = {
  filename: `'sales.pdf'`,
  as_of: 'now()',
  parameters_sha256: `'\\x00'`,
  deadline_at: `now() + interval '1 d'`,
  file_retention: `interval '7 d'`,
  record_retention: `interval '30 d'`,
};

/** Adds a tenant; returns its id. */
export async function insertTenant(database: DataSource): Promise<string> {
  const id = randomUUID();
  await database.query('INSERT INTO tenants (id, name) VALUES ($1, $2)', [id, `tenant-${id}`]);
  return id;
}

/**
 * Adds a report in a state, as if it had come there by itself.
 *
 * @param columns more columns, or others, as SQL
 * @returns its id
 */
export async function insertReport(
  database: DataSource,
  tenantId: string,
  state: ReportState = 'queued',
  columns: Record<string, string> = {},
): Promise<string> {
  const id = randomUUID();
  const values = { ...essentials, ...columnsOf[state], ...columns };
  await database.query(
    `INSERT INTO reports (id, tenant_id, state, ${Object.keys(values).join(', ')})
     VALUES ($1, $2, $3, ${Object.values(values).join(', ')})`,
    [id, tenantId, state],
  );
  return id;
}

/** The columns of a report that tests look at. */
export interface ReportRow {
  state: ReportState;
  attempt: number;
  failures: number;
  version: string;
  lease_token: string | null;
  worker_id: string | null;
  phase: string | null;
  progress_percent: number | null;
  file_id: string | null;
  error: { code: string; detail: string; attempt: number } | null;
  run_at: Date;
  finished_at: Date | null;
  record_expires_at: Date | null;
  file_expires_at: Date | null;
  cancel_requested_at: Date | null;
  last_dispatched_at: Date | null;
  dispatch_seq: number;
}

export async function readReport(database: DataSource, id: string): Promise<ReportRow> {
  const [row] = await database.query<ReportRow[]>('SELECT * FROM reports WHERE id = $1', [id]);
  return row!;
}

/** The states that a report went through, as the database wrote them down. */
export async function historyOf(database: DataSource, id: string): Promise<string[]> {
  const rows = await database.query<{ data: { to: string } }[]>(
    'SELECT data FROM report_events WHERE report_id = $1 ORDER BY seq',
    [id],
  );
  return rows.map(({ data }) => data.to);
}

/** A finished file under a new key. */
export function finishedFile() {
  return {
    id: randomUUID(),
    storageKey: `reports/${randomUUID()}.pdf`,
    size: 10,
    sha256: randomBytes(32).toString('hex'),
    mediaType: 'application/pdf',
    pages: 2,
    provenance: {
      engineVersion: '1',
      template: { name: 'sales', version: 1 },
      definitionHash: '00'.repeat(32),
      parametersHash: '11'.repeat(32),
      locale: 'en',
      timeZone: 'UTC',
      asOf: '2026-01-31T12:00:00.000Z',
      data: { sales: { rows: 3, hash: '22'.repeat(32) }, costs: { rows: 4, hash: '33'.repeat(32) } },
    },
    warnings: [{ code: 'glyph-missing', detail: 'A character has no glyph.', count: 1 }],
  };
}
