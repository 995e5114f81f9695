import Queue from 'bull';
import Redis from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { redisPrefix, redisUrl } from '../support/services';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants, untilAllEnded } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings } from './settings';

describe('Redis', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({
      ...settings,
      ...sabotage(['slow-render'], { RENDER_MS: 200 }),
      REDIS_URL: way.to(redisUrl),
    }),
  });
  const redis = new Redis(redisUrl, { lazyConnect: true });
  afterAll(() => redis.quit());

  /** Attempts beyond the first: what a fault of Redis alone must never cost. */
  async function countRepeats(): Promise<number> {
    const rows = await pressroom.query(
      `SELECT FROM report_events WHERE data->>'to' = 'running' AND data->>'attempt' <> '1'`,
    );
    return rows.length;
  }

  it('T3: emptied again and again delays reports, and loses none', async () => {
    const ledger = new Ledger(pressroom);
    const [flushes, count] = [sized(6, 12), sized(80, 500)];
    const started = performance.now();
    const submitting = ledger.submitAll(letter, { count });
    for (let flush = 0; flush < flushes; flush++) {
      await wait(sized(1_000, 5_000));
      await redis.flushall();
    }
    await submitting;
    await expectInvariants(pressroom, ledger);
    const succeeded = await pressroom.query(`SELECT FROM reports WHERE state = 'succeeded'`);
    expect(succeeded).toHaveLength(count);
    expect(await countRepeats()).toBe(0);
    recordFigures('T3', {
      reports: count,
      flushes,
      lost: 0,
      repeats: 0,
      msInAll: Math.round(performance.now() - started),
    });
  });

  it('T4: gone for long and empty when it returns costs no request and no report', async () => {
    const ledger = new Ledger(pressroom);
    const [count, awayMs] = [sized(40, 300), sized(5_000, 300_000)];
    const starved = () => pressroom.api.output.split('timeout exceeded when trying to connect').length - 1;
    const starvedBefore = starved();
    await way.turnOff();
    try {
      await ledger.submitAll(letter, { count, concurrency: 4, pauseMs: 50 });
      await wait(awayMs);
      await redis.flushall();
    } finally {
      await way.turnOn();
    }
    const returned = performance.now();
    await expectInvariants(pressroom, ledger);
    expect(await countRepeats()).toBe(0);
    // A machine that is overloaded may have let a request wait too long for Postgres. Nothing else is an excuse.
    expect(ledger.unanswered).toBeLessThanOrEqual(starved() - starvedBefore);
    recordFigures('T4', {
      reports: count,
      awayMs,
      accepted: count,
      askedToRepeat: ledger.unanswered,
      lost: 0,
      msToAnswer: summarize(ledger.waits),
      msFromReturnToLast: Math.round(performance.now() - returned),
    });
  });

  it.each(['SIGSTOP', 'CLIENT PAUSE'] as const)('T5: frozen by %s makes no report visible twice', async (means) => {
    const ledger = new Ledger(pressroom);
    const [count, frozenMs] = [sized(30, 200), sized(6_000, 30_000)];
    await ledger.submitAll(letter, { count: 10 }); // so that some are in the middle
    const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))![1]);
    if (means === 'SIGSTOP') process.kill(pid, 'SIGSTOP');
    else await redis.call('CLIENT', 'PAUSE', frozenMs, 'ALL');
    try {
      await Promise.all([wait(frozenMs), ledger.submitAll(letter, { count, pauseMs: 50 })]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expectInvariants(pressroom, ledger);
    recordFigures('T5', {
      means,
      reports: count + 10,
      frozenMs,
      askedToRepeat: ledger.unanswered,
      doubles: 0,
      attemptsBeyondTheFirst: await countRepeats(),
      msToAnswer: summarize(ledger.waits),
    });
  });

  it('T21: behind connections that are dead without anyone knowing delays reports, and loses none', async () => {
    const ledger = new Ledger(pressroom);
    await ledger.submitAll(letter, { count: 10 });
    way.freeze();
    await ledger.submitAll(letter, { count: sized(10, 90), pauseMs: 50 }); // accepted all the same
    await wait(2_000);
    way.thaw(); // for new connections only: those of before never say another word
    const thawed = performance.now();
    await expectInvariants(pressroom, ledger);
    expect(await countRepeats()).toBe(0);
    recordFigures('T21', {
      server: 'Redis',
      reports: ledger.accepted.length,
      askedToRepeat: ledger.unanswered,
      lost: 0,
      msToAnswer: summarize(ledger.waits),
      msToAllEnded: Math.round(performance.now() - thawed),
    });
  });

  it('T23: rung ten times for each report, and full of garbage, has each rendered once', async () => {
    const ledger = new Ledger(pressroom);
    const bell = new Queue('render', redisUrl, { prefix: redisPrefix });
    const count = sized(40, 1_000);
    try {
      const ids = await ledger.submitAll(letter, { count });
      for (const id of ids) {
        const rings = Array.from({ length: 10 }, (_, index) =>
          bell.add(
            { reportId: uuidOf(id), seq: index },
            { jobId: `${uuidOf(id)}.forged-${index}`, removeOnComplete: true },
          ),
        );
        await Promise.all(rings);
        await bell.add({ reportId: randomUUID() }, { removeOnComplete: true });
        await bell.add({ reportId: { $ne: null } }, { removeOnComplete: true });
        await redis.lpush(`${redisPrefix}:render:wait`, `nothing-${id}`);
      }
      await expectInvariants(pressroom, ledger);
      await until('every ring was answered', async () => ((await bell.count()) === 0 ? true : undefined), 120_000);
      const claims = await pressroom.query<{ claims: string }>(
        `SELECT count(*) AS claims FROM report_events WHERE report_id = ANY($1) AND data->>'to' = 'running' GROUP BY report_id`,
        [ids.map(uuidOf)],
      );
      expect(claims.map(({ claims: each }) => each)).toEqual(Array(count).fill('1'));
      expect(pressroom.liveWorkers).toHaveLength(2);
      recordFigures('T23', { reports: count, rings: count * 10, garbage: count * 3, claimsPerReport: 1 });
    } finally {
      await bell.close();
    }
    await untilAllEnded(pressroom);
  });
});
