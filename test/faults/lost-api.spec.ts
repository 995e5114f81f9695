import { setTimeout as wait } from 'node:timers/promises';
import { usePressroom } from '../support/pressroom';
import { recordFigures, sized, summarize } from './figures';
import { keepAlive } from './keep-alive';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings } from './settings';

describe('an API that is killed', () => {
  const pressroom = usePressroom({ workers: 2, env: () => settings });

  const supervise = (env: NodeJS.ProcessEnv) => keepAlive(pressroom, pressroom.api, () => pressroom.startApi(env));

  it('T1: right after the commit loses no report, which the dispatch loop rings for', async () => {
    const ledger = new Ledger(pressroom);
    const env = sabotage(['die-after-commit'], { DIE_EVERY: sized(10, 20) });
    await pressroom.api.stop();
    await pressroom.startApi(env);
    const supervision = supervise(env);
    await ledger.submitAll(letter, { count: sized(60, 200), concurrency: 4 });
    const kills = await supervision.stop();
    await expectInvariants(pressroom, ledger);
    expect(kills).toBeGreaterThan(0);
    const waits = await pressroom.query<{ ms: number }>(
      `SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 AS ms FROM reports`,
    );
    recordFigures('T1', {
      reports: ledger.idsByKey.size,
      kills,
      unanswered: ledger.unanswered,
      lost: 0,
      msToStart: summarize(waits.map(({ ms }) => ms)),
    });
  });

  it('T2: at any moment loses no report, and makes none twice', async () => {
    await pressroom.api.stop();
    await pressroom.startApi();
    const ledger = new Ledger(pressroom);
    const [kills, count] = [sized(5, 50), sized(200, 2_000)];
    const supervision = supervise({});
    const done = new AbortController();
    const submitting = ledger.submitAll(letter, { count, pauseMs: sized(150, 100) }).finally(() => done.abort());
    let killed = 0;
    while (killed < kills && !done.signal.aborted && !pressroom.ending.aborted) {
      await wait(Math.random() * 600);
      if (!pressroom.api.isRunning) continue;
      pressroom.api.kill('SIGKILL');
      killed++;
    }
    await submitting;
    await supervision.stop();
    await expectInvariants(pressroom, ledger);
    expect(killed).toBeGreaterThan(0);
    const made = await pressroom.query(
      `SELECT FROM reports r JOIN idempotency_keys k ON k.resource_id = r.id WHERE starts_with(k.key, $1)`,
      [ledger.prefix],
    );
    expect(made).toHaveLength(count);
    recordFigures('T2', {
      keys: count,
      reports: made.length,
      kills: killed,
      unanswered: ledger.unanswered,
      lost: 0,
      doubles: 0,
      msToAnswer: summarize(ledger.waits),
    });
  });
});
