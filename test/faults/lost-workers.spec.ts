import { setTimeout as wait } from 'node:timers/promises';
import type { Pressroom } from '../support/pressroom';
import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants, findViolations, untilAllEnded } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings, shortLease } from './settings';

/** The reports that a worker holds. */
const heldBy = (pressroom: Pressroom, worker: Program) =>
  pressroom.query<{ id: string; attempt: number }>(
    `SELECT id, attempt FROM reports WHERE state = 'running' AND worker_id LIKE '%:' || $1`,
    [worker.pid],
  );

describe('T6: workers that are killed again and again', () => {
  const pressroom = usePressroom({
    workers: 3,
    env: () => ({ ...settings, ...sabotage(['slow-render'], { RENDER_MS: 1_000 }) }),
  });

  it('lose no report, and cost it an attempt each', async () => {
    const ledger = new Ledger(pressroom);
    const kills = sized(6, 40);
    const over = new AbortController();
    const submitting = ledger.submitUntil(over.signal, letter, { clients: 6, pauseMs: 1_000 });
    const lost: { id: string; at: string }[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const worker = pressroom.liveWorkers[0]!; // the oldest, so that all have their turn
      const held = await until('the worker has work', async () => {
        const reports = await heldBy(pressroom, worker);
        return reports.length > 0 ? reports : undefined;
      });
      const [now] = await pressroom.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
      worker.kill('SIGKILL');
      await worker.exited;
      lost.push(...held.map(({ id }) => ({ id, at: now!.at })));
      await pressroom.startWorker();
      await wait(sized(500, 2_000));
    }
    over.abort();
    await submitting;
    await expectInvariants(pressroom, ledger);
    const failed = await pressroom.query<{ error: { code: string }; failures: number; kills: number }>(
      `SELECT error, failures FROM reports WHERE state = 'failed'`,
    );
    for (const { error, failures } of failed)
      expect({ code: error.code, failures }).toEqual({ code: 'worker_lost', failures: 3 });
    const [sum] = await pressroom.query<{ failures: string }>('SELECT sum(failures) AS failures FROM reports');
    expect(Number(sum!.failures)).toBeLessThanOrEqual(kills * 2); // two renders at once in each worker
    const again = await pressroom.query<{ ms: number }>(
      `SELECT extract(epoch FROM min(e.at) - l.at)::float8 * 1000 AS ms
         FROM jsonb_to_recordset($1::jsonb) AS l(id uuid, at timestamptz)
         JOIN report_events e ON e.report_id = l.id AND e.data->>'to' = 'running' AND e.at > l.at
        GROUP BY l.id, l.at`,
      [JSON.stringify(lost)],
    );
    recordFigures('T6', {
      reports: ledger.accepted.length,
      kills,
      lost: 0,
      failedForGood: failed.length,
      msToNextAttempt: summarize(again.map(({ ms }) => ms)),
    });
  });
});

/**
 * Freezes the worker of a report between the stored file and its completion, until another worker has begun the report
 * anew; then lets the frozen one go on, which completes what is no longer its own.
 */
async function freezePastLease(pressroom: Pressroom, id: string): Promise<void> {
  const uuid = uuidOf(id);
  const { attempt, pid } = await until('the file is stored, but not yet visible', async () => {
    const [row] = await pressroom.query<{ state: string; attempt: number; pid: number }>(
      `SELECT state, attempt, split_part(worker_id, ':', 2)::int AS pid FROM reports WHERE id = $1`,
      [uuid],
    );
    const isStored = (await pressroom.storedObjects('reports')).some((path) =>
      path.includes(`${uuid}-${row!.attempt}-`),
    );
    return row!.state === 'running' && isStored ? row : undefined;
  });
  const worker = pressroom.liveWorkers.find((program) => program.pid === pid)!;
  worker.kill('SIGSTOP');
  try {
    await until('another worker has stored the file, too', async () => {
      const objects = await pressroom.storedObjects('reports');
      return objects.some((path) => path.includes(`${uuid}-${attempt + 1}-`)) ? true : undefined;
    });
  } finally {
    worker.kill('SIGCONT');
  }
}

const rejections = (pressroom: Pressroom): number =>
  pressroom.output.split('a finished report was no longer wanted').length - 1;

describe('T7: workers that are frozen past their lease', () => {
  const pressroom = usePressroom({
    workers: 3,
    env: () => ({ ...settings, ...shortLease, ...sabotage(['linger'], { LINGER_MS: 1_000 }) }),
  });

  it('come back, and change nothing', async () => {
    const ledger = new Ledger(pressroom);
    const freezes = sized(4, 20);
    for (let freeze = 0; freeze < freezes; freeze++) {
      const id = await ledger.submit(letter);
      const others = ledger.submitAll(letter, { count: sized(3, 4) });
      await freezePastLease(pressroom, id);
      await others;
    }
    await expectInvariants(pressroom, ledger);
    await until('every late result was refused', () => (rejections(pressroom) >= freezes ? true : undefined));
    recordFigures('T7', {
      reports: ledger.accepted.length,
      freezes,
      staleAccepted: 0,
      staleRejected: rejections(pressroom),
    });
  });
});

describe('T8: the same without the fence', () => {
  const pressroom = usePressroom({
    workers: 3,
    env: () => ({ ...settings, ...shortLease, ...sabotage(['linger', 'no-fence'], { LINGER_MS: 1_000 }) }),
  });

  it('is noticed by the oracle', async () => {
    const ledger = new Ledger(pressroom);
    await freezePastLease(pressroom, await ledger.submit(letter));
    await untilAllEnded(pressroom);
    const violations = await findViolations(pressroom, ledger);
    expect(violations.map(({ invariant }) => invariant)).toContain('I3');
    recordFigures('T8', { freezes: 1, violations: violations.length });
  });
});

describe('T17: workers that are told to stop', () => {
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({ ...settings, ...sabotage(['slow-render'], { RENDER_MS: 3_000 }) }),
  });

  it('end with 0, and hand back what they render without counting a failure', async () => {
    const ledger = new Ledger(pressroom);
    const stops = sized(4, 20);
    const handedBack: string[] = [];
    const times: number[] = [];
    for (let stop = 0; stop < stops; stop++) {
      const worker = pressroom.liveWorkers[0]!;
      await ledger.submitAll(letter, { count: 4 }); // enough for both workers, so that nobody waits in a line
      await until('the worker is busy', async () =>
        (await heldBy(pressroom, worker)).length === 2 ? true : undefined,
      );
      handedBack.push(...(await heldBy(pressroom, worker)).map(({ id }) => id));
      const starting = pressroom.startWorker();
      const started = performance.now();
      expect(await worker.stop()).toBe(0);
      times.push(performance.now() - started);
      expect(await heldBy(pressroom, worker)).toEqual([]);
      await starting;
    }
    await expectInvariants(pressroom, ledger);
    const [row] = await pressroom.query<{ failures: string; again: string }>(
      `SELECT sum(failures) AS failures, count(*) FILTER (WHERE attempt > 1) AS again FROM reports WHERE state = 'succeeded'`,
    );
    expect(Number(row!.failures)).toBe(0);
    const waits = await pressroom.query<{ ms: number }>(
      `SELECT extract(epoch FROM at - before)::float8 * 1000 AS ms FROM (
         SELECT at, data, lag(at) OVER w AS before, lag(data->>'from') OVER w AS was
           FROM report_events WHERE report_id = ANY($1) WINDOW w AS (PARTITION BY report_id ORDER BY seq)) AS steps
        WHERE data->>'to' = 'running' AND was = 'running'`,
      [handedBack],
    );
    recordFigures('T17', {
      stops,
      failuresAdded: 0,
      handedBack: Number(row!.again),
      msToExit: summarize(times),
      msToNextAttempt: summarize(waits.map(({ ms }) => ms)),
    });
  });
});
