import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';
import type { Ledger } from './ledger';

/** A broken promise: which one, of which report, and what was found. */
interface Violation {
  invariant: string;
  id: string;
  found: string;
}

/** Waits until every report has ended, and then holds the database, the storage and the client's ledger together. */
export async function expectInvariants(pressroom: Pressroom, ledger: Ledger, deadlineMs = 120_000): Promise<void> {
  await untilAllEnded(pressroom, deadlineMs);
  expect(await findViolations(pressroom, ledger)).toEqual([]);
  const [ends] = await pressroom.query<{ succeeded: number; failed: number }>(
    `SELECT count(*) FILTER (WHERE state = 'succeeded')::int AS succeeded,
            count(*) FILTER (WHERE state = 'failed')::int AS failed FROM reports`,
  );
  expect(ends!.succeeded).toBeGreaterThan(ends!.failed); // a service that does nothing breaks no promise
}

/** Only ends a test that hangs: how long it took is a figure and no promise. */
export async function untilAllEnded(pressroom: Pressroom, deadlineMs = 120_000): Promise<void> {
  const open = () =>
    pressroom.query<object>(
      `SELECT id, state, attempt, failures, run_at, last_dispatched_at, error FROM reports WHERE state IN ('queued', 'running') LIMIT 5`,
    );
  await until('every report has ended', async () => ((await open()).length === 0 ? true : undefined), deadlineMs).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(await open())}\n${pressroom.output}`);
    },
  );
}

/** The promises of docs/reliability.md that do not hold now. */
export async function findViolations(pressroom: Pressroom, ledger: Ledger): Promise<Violation[]> {
  const keys = [...ledger.idsByKey].flatMap(([key, ids]) => [...ids].map((id) => ({ key, id: uuidOf(id) })));
  const violations = await pressroom.query<Violation>(broken, [JSON.stringify(keys), [...ledger.canceled].map(uuidOf)]);
  return [...violations, ...(await findBrokenFiles(pressroom))];
}

/** I2 again, with the bytes: an object that is there, and hashes to what its row says. */
async function findBrokenFiles(pressroom: Pressroom): Promise<Violation[]> {
  const files = await pressroom.query<{ id: string; key: string; sha256: string }>(
    `SELECT report_id AS id, storage_key AS key, encode(sha256, 'hex') AS sha256 FROM report_files`,
  );
  const violations: Violation[] = [];
  for (const { id, key, sha256 } of files) {
    const bytes = await readFile(join(pressroom.storageDirectory, key)).catch((error: unknown) => String(error));
    const found = typeof bytes === 'string' ? bytes : createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) violations.push({ invariant: 'I2', id, found });
  }
  return violations;
}

/**
 * $1: what the client was told, as [{key, id}]; $2: the reports whose cancellation was acknowledged. Each line finds
 * the reports that break one invariant. The storage key names the attempt that made a file, whatever its row says.
 */
const broken = `
  WITH told AS (SELECT key, id FROM jsonb_to_recordset($1::jsonb) AS told(key text, id uuid)),
  steps AS (
    SELECT report_id AS id, seq, data->>'from' AS "from", data->>'to' AS "to",
           lag(data->>'to') OVER (PARTITION BY report_id ORDER BY seq) AS previous,
           row_number() OVER (PARTITION BY report_id ORDER BY seq DESC) AS from_last
      FROM report_events WHERE type = 'status')
  SELECT 'I1' AS invariant, t.id, coalesce(r.state, 'lost') AS found FROM told t LEFT JOIN reports r ON r.id = t.id
   WHERE r.id IS NULL OR r.state IN ('queued', 'running')
  UNION ALL
  SELECT 'I2', r.id, 'succeeded without its file' FROM reports r
    LEFT JOIN report_files f ON f.report_id = r.id AND f.id = r.file_id WHERE r.state = 'succeeded' AND f.id IS NULL
  UNION ALL
  SELECT 'I3', r.id, format('attempt %s made %s', r.attempt, f.storage_key) FROM reports r
    JOIN report_files f ON f.report_id = r.id
   WHERE f.attempt <> r.attempt OR f.storage_key NOT LIKE format('%%/%s-%s-%%', r.id, r.attempt)
  UNION ALL
  SELECT 'I4', r.id, format('%s with a file', r.state) FROM reports r
    JOIN report_files f ON f.report_id = r.id WHERE r.state <> 'succeeded'
  UNION ALL
  SELECT 'I5', s.id, format('%s was announced %s times to %s', s."to", count(d.id), e.id) FROM steps s
    JOIN reports r ON r.id = s.id
    JOIN webhook_endpoints e ON e.tenant_id = r.tenant_id AND e.status = 'enabled' AND e.deleted_at IS NULL
     AND e.created_at < r.created_at AND 'report.' || s."to" = ANY(e.events)
    LEFT JOIN webhook_deliveries d
      ON d.endpoint_id = e.id AND d.subject_id = s.id AND d.type = 'report.' || s."to"
   GROUP BY s.id, s."to", e.id HAVING count(d.id) <> 1
  UNION ALL
  SELECT 'I5', d.subject_id, format('%s was announced, but never came', d.type) FROM webhook_deliveries d
   WHERE d.type LIKE 'report.%'
     AND NOT EXISTS (SELECT FROM steps s WHERE s.id = d.subject_id AND 'report.' || s."to" = d.type)
  UNION ALL
  SELECT 'I6', id, format('%s, then %s → %s', previous, "from", "to") FROM steps
   WHERE "from" IS DISTINCT FROM previous OR (coalesce("from", ''), "to") NOT IN (
     ('', 'queued'), ('queued', 'running'), ('queued', 'canceled'), ('queued', 'failed'),
     ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'canceled'),
     ('succeeded', 'expired'))
  UNION ALL
  SELECT 'I6', r.id, format('%s, but last written down as %s', r.state, s."to") FROM reports r
    LEFT JOIN steps s ON s.id = r.id AND s.from_last = 1 WHERE s."to" IS DISTINCT FROM r.state
  UNION ALL
  SELECT 'I7', id, 'succeeded after its cancellation was acknowledged' FROM steps
   WHERE id = ANY($2::uuid[]) AND "to" = 'succeeded'
  UNION ALL
  SELECT 'I8', t.id, format('told for the key %s, which is of %s', t.key, k.resource_id) FROM told t
    LEFT JOIN idempotency_keys k ON k.key = t.key AND k.operation = 'reports' WHERE k.resource_id IS DISTINCT FROM t.id
  UNION ALL
  SELECT 'I8', r.id, 'made without a key' FROM reports r
   WHERE EXISTS (SELECT FROM told) AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.resource_id = r.id)`;
