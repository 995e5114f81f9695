import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { keepAlive } from './keep-alive';
import { recordFigures, sized } from './figures';
import { Ledger } from './ledger';
import { expectInvariants, untilAllEnded } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings, shortLease } from './settings';

describe.each([
  ['out of heap', 'render_out_of_memory'],
  ['endless', 'render_timeout'],
  ['no result', 'render_error'],
  ['crash', 'worker_lost'],
] as const)('T16: reports that ruin whoever renders them: %s', (title, code) => {
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({
      ...settings,
      ...shortLease,
      ...sabotage(['poisoned-threads']),
      PRESSROOM_RENDER_CONCURRENCY: '1',
      PRESSROOM_RENDER_HEAP: '64MiB',
      // Enough for the others, also on a machine that is busy.
      PRESSROOM_RENDER_TIMEOUT: title === 'endless' ? '10s' : '60s',
    }),
  });

  it('fail with their reason, and take no other with them', async () => {
    const ledger = new Ledger(pressroom);
    const [poisoned, good] = [sized(2, 10), sized(20, 50)];
    const pids = pressroom.liveWorkers.map(({ pid }) => pid);
    const supervisors = pressroom.liveWorkers.map((worker) =>
      keepAlive(pressroom, worker, () => pressroom.startWorker()),
    );
    const poison = { definition: { ...letter.definition, title } };
    const [bad, others] = await Promise.all([
      ledger.submitAll(poison, { count: poisoned, concurrency: 1 }),
      ledger.submitAll(letter, { count: good }),
    ]);
    await untilAllEnded(pressroom, 180_000);
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    await expectInvariants(pressroom, ledger);
    const endsOf = (ids: string[]) =>
      pressroom.query<{ state: string; code: string | null }>(
        `SELECT DISTINCT state, error->>'code' AS code FROM reports WHERE id = ANY($1)`,
        [ids.map(uuidOf)],
      );
    expect(await endsOf(bad)).toEqual([{ state: 'failed', code }]);
    expect(await endsOf(others)).toEqual([{ state: 'succeeded', code: null }]);
    const attempts = await pressroom.query<{ attempt: number }>(
      `SELECT DISTINCT attempt FROM reports WHERE id = ANY($1)`,
      [bad.map(uuidOf)],
    );
    expect(attempts.every(({ attempt }) => attempt <= 3)).toBe(true);
    const isSameWorkers = pressroom.liveWorkers.every(({ pid }) => pids.includes(pid));
    expect(isSameWorkers).toBe(title !== 'crash');
    recordFigures('T16', { poison: title, code, poisoned, good, goodSucceeded: good });
  });
});
