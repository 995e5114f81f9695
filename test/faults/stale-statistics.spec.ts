import type { DataSource } from 'typeorm';
import { ReportStateMachine } from '../../src/reports/report-state';
import { RungReports } from '../../src/reports/rung-reports';
import { configWith, useDatabase } from '../support/database';
import { insertReport, insertTenant } from '../support/report-rows';
import { recordFigures } from './figures';

const waiting = 30;

/** What picks reports by itself, up to a limit. A worker's claim does not: it names its report. */
const statements = [
  {
    what: 'rescue',
    state: 'running',
    columns: { lease_expires_at: `now() - interval '1 min'`, failures: '0' },
    takeOne: (database: DataSource) => new ReportStateMachine(database, configWith()).rescue(1),
  },
  {
    what: 'failOverdue',
    state: 'queued',
    columns: { deadline_at: `now() - interval '1 min'` },
    takeOne: (database: DataSource) => new ReportStateMachine(database, configWith()).failOverdue(1),
  },
  {
    what: 'takeLost',
    state: 'queued',
    columns: { last_dispatched_at: `now() - interval '1 h'` },
    takeOne: (database: DataSource) => new RungReports(database, configWith()).takeLost(1, 0),
  },
] as const;

/** The same statement, with its rows picked by `IN (SELECT … LIMIT …)` instead of in a materialized step. */
function pickInSubSelect(sql: string): string {
  const step = /WITH (\w+) AS MATERIALIZED \((.*?SKIP LOCKED)\),/s.exec(sql);
  if (!step) throw new Error(`The statement has no step that could be changed:\n${sql}`);
  const [text, name, pick] = step as unknown as [string, string, string];
  const mutant = sql
    .replace(text, 'WITH')
    .replace(`FROM ${name} WHERE r.id = ${name}.id`, `WHERE r.id IN (${pick.replace('id, lease_token', 'id')})`)
    .replace(`AND r.lease_token = ${name}.lease_token`, '');
  if (mutant.includes(name)) throw new Error(`The statement still uses the step:\n${mutant}`);
  return mutant;
}

describe('T9: statements that take one report, while the statistics of the table are stale', () => {
  const database = useDatabase();
  let tenant: string;
  beforeAll(async () => {
    tenant = await insertTenant(database);
    await database.query('ALTER TABLE reports SET (autovacuum_enabled = false)');
  });

  /** The statistics are taken while the table has one row, so the planner believes that a sub-select is cheap to repeat. */
  async function prepare({ state, columns }: (typeof statements)[number]): Promise<void> {
    await database.query('TRUNCATE reports CASCADE');
    await insertReport(database, tenant, state, columns);
    await database.query('ANALYZE reports');
    for (let more = 1; more < waiting; more++) await insertReport(database, tenant, state, columns);
  }

  it.each(statements)('$what takes one of thirty', async (statement) => {
    await prepare(statement);
    expect(await statement.takeOne(database)).toHaveLength(1);
  });

  it.each(statements)('$what would take more if it picked by IN (… LIMIT 1 …)', async (statement) => {
    await prepare(statement);
    const mutant = { query: (sql: string, parameters: unknown[]) => database.query(pickInSubSelect(sql), parameters) };
    const taken = await statement.takeOne(mutant as DataSource);
    expect(taken.length).toBeGreaterThan(1);
    recordFigures('T9', { statement: statement.what, waiting, asked: 1, taken: 1, takenByMutant: taken.length });
  });
});
