import { setTimeout as wait } from 'node:timers/promises';
import { usePressroom } from '../support/pressroom';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { postmaster } from './postmaster';
import { sabotage } from './sabotage';
import { letter, settings, shortLease } from './settings';

describe('T10: Postgres that is restarted without a shutdown', () => {
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({ ...settings, ...shortLease, ...sabotage(['slow-render'], { RENDER_MS: 200 }) }),
  });

  it('keeps every report that was acknowledged', async () => {
    const [durability] = await pressroom.query('SHOW synchronous_commit');
    expect(durability).toEqual({ synchronous_commit: 'on' }); // else this test proves nothing: npm run test:faults
    const ledger = new Ledger(pressroom);
    const [restarts, count] = [sized(3, 10), sized(100, 300)];
    const submitting = ledger.submitAll(letter, { count, pauseMs: sized(300, 500) });
    const times: number[] = [];
    for (let restart = 0; restart < restarts; restart++) {
      await wait(1_000);
      process.kill(await postmaster(pressroom), 'SIGQUIT'); // what `pg_ctl stop -m immediate` sends; it is started again
      await until('the connections are cut', () =>
        pressroom.query('SELECT 1').then(
          () => undefined,
          () => true as const,
        ),
      );
      await postmaster(pressroom);
      const back = performance.now();
      await ledger.submit(letter);
      times.push(performance.now() - back);
    }
    await submitting;
    await expectInvariants(pressroom, ledger);
    const unexpected = [...ledger.answers.keys()].filter((status) => ![0, 202, 503].includes(status));
    expect(unexpected).toEqual([]);
    recordFigures('T10', {
      reports: ledger.accepted.length,
      restarts,
      answered503: ledger.answers.get(503) ?? 0,
      lost: 0,
      msFromPostgresToAccepted: summarize(times),
    });
  });
});

describe('T11: connections to Postgres that are cut at a commit', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({ ...settings, DATABASE_URL: way.to(pressroom.databaseUrl) }),
  });
  afterEach(() => way.cutAt(undefined));

  it.each([
    ['an acceptance', 'before', '"as_of":'], // what is inserted: the statement is prepared, and not sent again
    ['an acceptance', 'after', '"as_of":'],
    ['a completion', 'before', 'INSERT INTO report_files'],
    ['a completion', 'after', 'INSERT INTO report_files'],
  ] as const)('leave nothing lost and nothing double: %s, %s the commit', async (what, side, text) => {
    const ledger = new Ledger(pressroom);
    const count = sized(30, 200);
    const cutsBefore = way.cuts;
    way.cutAt({ text, side, every: 3 });
    await ledger.submitAll(letter, { count, concurrency: 4 });
    await expectInvariants(pressroom, ledger);
    const cuts = way.cuts - cutsBefore;
    expect(cuts).toBeGreaterThan(0);
    const made = await pressroom.query<{ state: string }>(
      `SELECT state FROM reports r JOIN idempotency_keys k ON k.resource_id = r.id WHERE starts_with(k.key, $1)`,
      [ledger.prefix],
    );
    expect(made.map(({ state }) => state)).toEqual(Array(count).fill('succeeded'));
    recordFigures('T11', { what, side, reports: count, cuts, lost: 0, doubles: 0, unanswered: ledger.unanswered });
  });
});

describe('T21: connections to Postgres that are dead without anyone knowing', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({ ...settings, DATABASE_URL: way.to(pressroom.databaseUrl) }),
  });

  it('are given up, and replaced', async () => {
    const ledger = new Ledger(pressroom);
    await ledger.submitAll(letter, { count: 10 });
    way.freeze();
    const submitting = ledger.submitAll(letter, { count: sized(10, 90) });
    await wait(2_000);
    way.thaw(); // for new connections only: those of before never say another word
    const thawed = performance.now();
    await submitting;
    const msToAccepted = Math.round(performance.now() - thawed);
    await expectInvariants(pressroom, ledger);
    recordFigures('T21', {
      server: 'Postgres',
      reports: ledger.accepted.length,
      lost: 0,
      msToAccepted,
      msToAllEnded: Math.round(performance.now() - thawed),
    });
  });
});
