import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';
import { recordFigures, sized, summarize } from './figures';
import { keepAlive } from './keep-alive';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings } from './settings';

const hour = 3_600_000;
/** Renders longer than the lease, so that it lives by heartbeats alone. */
const renderMs = 8_000;
const skewed = (ms: number) => sabotage(['skewed-clock', 'slow-render'], { SKEW_MS: ms, RENDER_MS: renderMs });

/** By how much a program's clock is ahead, as the times of its log lines show. */
function aheadOf({ output }: Program): number {
  const times = [...output.matchAll(/"time":(\d+)/g)].map((match) => Number(match[1]));
  return Math.max(...times) - Date.now();
}

describe('T15: clocks of processes that are wrong by an hour', () => {
  const pressroom = usePressroom({ workers: 0, env: () => ({ ...settings, PRESSROOM_LEASE: '6s' }) });

  it('neither give a report away early nor leave one with a worker that is dead', async () => {
    await pressroom.api.stop();
    const api = await pressroom.startApi(skewed(hour));
    const [fast, slow] = [await pressroom.startWorker(skewed(hour)), await pressroom.startWorker(skewed(-hour))];
    const ledger = new Ledger(pressroom);
    const ids = await ledger.submitAll(letter, { count: sized(8, 100) });
    await expectInvariants(pressroom, ledger, 600_000);
    const repeated = await pressroom.query(`SELECT FROM reports WHERE attempt <> 1 OR state <> 'succeeded'`);
    expect(repeated).toEqual([]);
    expect(aheadOf(api)).toBeGreaterThan(hour / 2);
    expect(aheadOf(fast)).toBeGreaterThan(hour / 2);
    expect(aheadOf(slow)).toBeLessThan(-hour / 2);

    // A lease that the fast worker took is not an hour longer for that, and the slow one is its rescuer.
    const dying = await ledger.submitAll(letter, { count: 4 });
    await until('the fast worker has work', async () => {
      const held = await pressroom.query(`SELECT FROM reports WHERE state = 'running' AND worker_id LIKE '%:' || $1`, [
        fast.pid,
      ]);
      return held.length > 0 ? true : undefined;
    });
    fast.kill('SIGKILL');
    const killed = performance.now();
    const supervisor = keepAlive(pressroom, fast, () => pressroom.startWorker(skewed(hour)));
    await expectInvariants(pressroom, ledger);
    await supervisor.stop();
    const rescued = await pressroom.query<{ ms: number }>(
      `SELECT extract(epoch FROM at - before)::float8 * 1000 AS ms FROM (
         SELECT at, data, lag(at) OVER w AS before FROM report_events WHERE report_id = ANY($1)
         WINDOW w AS (PARTITION BY report_id ORDER BY seq)) AS steps
        WHERE data->>'from' = 'running' AND data->>'to' = 'queued'`,
      [dying.map(uuidOf)],
    );
    expect(rescued.length).toBeGreaterThan(0);
    recordFigures('T15', {
      reports: ids.length + dying.length,
      hoursAhead: { api: 1, workers: [1, -1] },
      givenAwayEarly: 0,
      rescued: rescued.length,
      msFromClaimToRescue: summarize(rescued.map(({ ms }) => ms)),
      msFromKillToLast: Math.round(performance.now() - killed),
    });
  });
});
