import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { ReportStateMachine } from '../../src/reports/report-state';
import { configWith, useDatabase } from '../support/database';
import { insertReport, insertTenant } from '../support/report-rows';
import { ModelReport, commands, compare } from './report-model';

const sequences = Number(process.env.PRESSROOM_MODEL_SEQUENCES ?? 300);

/** Claims and the passing of time come often, so that most sequences get somewhere. */
const often = ['claim', 'claim', 'claim', 'claim', 'complete', 'complete', 'leaseRunsOut', 'rescue'] as const;
const names = [...(Object.keys(commands) as (keyof typeof commands)[]), ...often, 'backOffPasses' as const];
const steps = fc.array(
  fc.record({
    name: fc.constantFrom(...names),
    report: fc.nat({ max: 1 }),
    fence: fc.nat({ max: 3 }),
    isFirst: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

/** T25: random sequences of everything that can happen to two reports, held against a model of plain values. */
describe('the statements of the state machine', () => {
  const database = useDatabase();
  const config = configWith({ PRESSROOM_LEASE: '1h', PRESSROOM_RETRY_BACKOFF: '5m' });
  let tenantId: string;
  beforeAll(async () => {
    tenantId = await insertTenant(database);
  });

  function property(states: ReportStateMachine) {
    return fc.asyncProperty(steps, async (sequence) => {
      const ids = [await insertReport(database, tenantId), await insertReport(database, tenantId)];
      const reports = ids.map((id) => new ModelReport(id));
      const real = { states, database, tenantId, reports };
      try {
        for (const { name, report: index, fence: age, isFirst } of sequence) {
          const report = reports[index]!;
          // The newest fence first, then ever older ones; before the first claim one that was never given.
          const fence = report.fences.at(-1 - age) ?? { id: report.id, attempt: 1, leaseToken: randomUUID() };
          const answer = await commands[name](real, { report, fence, isFirst });
          if (!isDeepStrictEqual(answer.got, answer.expected)) throw new Difference(name, answer);
          for (const each of reports) {
            const row = await compare(real, each);
            if (!isDeepStrictEqual(row.got, row.expected)) throw new Difference(`the row after ${name}`, row);
          }
        }
      } finally {
        await database.query('DELETE FROM reports WHERE id = ANY($1)', [ids]);
      }
    });
  }

  it('do what the model says, whatever comes in whatever order', async () => {
    await fc.assert(property(new ReportStateMachine(database, config)), { numRuns: sequences });
  }, 3_600_000);

  // A model that did not notice these would prove nothing.
  it.each([
    ['fence', ' AND attempt = $2 AND lease_token = $3', ' AND $2::int > 0 AND $3::uuid IS NOT NULL'],
    [
      'cancellation as a guard of completion',
      ' AND cancel_requested_at IS NULL\n      RETURNING id',
      '\n      RETURNING id',
    ],
    ['end of the lease as a guard of the heartbeat', ' AND lease_expires_at > now()', ''],
    ['end of the lease as a guard of the rescue', ` AND lease_expires_at < now()`, ''],
    ['count of failures', 'failures = failures + 1', 'failures = failures'],
    ['limit of a rescue', 'LIMIT $1 FOR UPDATE SKIP LOCKED', 'LIMIT $1 + 1 FOR UPDATE SKIP LOCKED'],
    ['back-off', 'run_at <= now() AND', ''],
  ])(
    'are caught without the %s',
    async (_, from, to) => {
      let changes = 0;
      const mutated = {
        query(sql: string, parameters: unknown[]) {
          if (sql.includes(from)) changes++;
          return database.query(sql.replaceAll(from, to), parameters);
        },
      } as unknown as DataSource;
      const result = await fc.check(property(new ReportStateMachine(mutated, config)), {
        numRuns: 3_000,
        endOnFailure: true,
        seed: 1,
      });
      expect(changes).toBeGreaterThan(0);
      expect(result.errorInstance).toBeInstanceOf(Difference);
    },
    600_000,
  );
});

class Difference extends Error {
  constructor(where: string, { got, expected }: { got: unknown; expected: unknown }) {
    super(`${where}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
  }
}
