import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { until } from '../support/until';
import { WebhookReceiver } from '../support/webhook-receiver';
import { register } from '../support/webhooks';
import { Chaos } from './chaos';
import { recordFigures, sized, summarize } from './figures';
import { keepAlive } from './keep-alive';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings, shortLease } from './settings';
import { expectWholeFiles } from './whole-files';

/** Of the order of faults; set it to have one repeated. */
const seed = Number(process.env.PRESSROOM_FAULTS_SEED ?? randomInt(2 ** 31));
const poolOfEach = 5;

describe(`T24: all faults at random, seed ${seed}`, () => {
  const receiver = WebhookReceiver.use();
  const pressroom = usePressroom({
    workers: 3,
    env: () => ({
      ...settings,
      ...shortLease,
      ...sabotage(['slow-render'], { RENDER_MS: 300 }),
      PRESSROOM_DATABASE_POOL: String(poolOfEach),
      PRESSROOM_OUTBOUND_ALLOW: '127.0.0.0/8',
      PRESSROOM_WEBHOOK_INTERVAL: '200ms',
      PRESSROOM_WEBHOOK_TIMEOUT: '2s',
      PRESSROOM_WEBHOOK_SCHEDULE: '0s,1s,1s,1s,2s,2s,5s,5s,5s,5s',
    }),
  });

  it('keeps every promise to a client that asks again until it is answered', async () => {
    await register(pressroom, { url: receiver.url });
    const apis: { url: string; program: Program }[] = [{ url: pressroom.url, program: pressroom.api }];
    apis.push({ program: await pressroom.startApi(), url: pressroom.url });
    const supervisors = pressroom.liveWorkers.map((worker) =>
      keepAlive(pressroom, worker, () => pressroom.startWorker()),
    );
    for (const api of apis) {
      // At the same address again, as behind a balancer; the ledger asks all of them in turn.
      const again = async () => (api.program = await pressroom.startApi({ PORT: new URL(api.url).port }));
      supervisors.push(keepAlive(pressroom, api.program, again));
    }
    const chaos = new Chaos(pressroom, () => apis.map(({ program }) => program).filter((api) => api.isRunning), seed);
    const ledger = new Ledger(
      pressroom,
      apis.map(({ url }) => url),
    );

    const over = new AbortController();

    const isOver = AbortSignal.any([over.signal, pressroom.ending]); // also when this test has failed
    const raging = chaos.rage(isOver);
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver.aborted) {
        const id = await ledger.submit(letter);
        if (Math.random() < 0.1) await ledger.cancel(id);
        await wait(sized(500, 1_600)); // for long, no more than the workers have done at the end
      }
    });
    await wait(sized(60_000, 1_800_000));
    over.abort();
    await Promise.all([raging, ...clients]);

    await expectInvariants(pressroom, ledger);
    const ends = await pressroom.query<{ id: string; state: string }>(
      `SELECT 'rep_' || replace(id::text, '-', '') AS id, state FROM reports`,
    );
    const count = (state: string) => ends.filter((end) => end.state === state).length;
    await until('an API answers', () => pressroom.call('GET', '/health/ready').catch(() => undefined));
    await expectWholeFiles(
      pressroom,
      ends.filter(({ state }) => state === 'succeeded').map(({ id }) => id),
    );

    const deliveries = await until(
      'every delivery has ended',
      async () => {
        const all = await pressroom.query<{ id: string; state: string }>(
          `SELECT 'whd_' || replace(id::text, '-', '') AS id, state FROM webhook_deliveries`,
        );
        return all.every(({ state }) => state === 'delivered') ? all : undefined;
      },
      60_000,
    );
    // One id for each fact, which the oracle has counted, and each of them has arrived.
    expect(new Set(receiver.messages.map(({ id }) => id))).toEqual(new Set(deliveries.map(({ id }) => id)));
    const facts = new Set(receiver.messages.map(({ body }) => `${body.type} ${String(body.data.id)}`));
    expect(facts).toEqual(new Set(ends.map(({ id, state }) => `report.${state} ${id}`)));

    const processes = 3 + apis.length;
    const connections = await until('no connection to Postgres was leaked', async () => {
      const [row] = await pressroom.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pressroom'`,
      );
      return row!.count <= processes * (poolOfEach + 1) ? row!.count : undefined;
    });
    const restarts = await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    recordFigures('T24', {
      seed,
      seconds: sized(60, 1_800),
      reports: ends.length,
      succeeded: count('succeeded'),
      canceled: count('canceled'),
      failed: count('failed'),
      lost: 0,
      faults: chaos.done,
      restarts: restarts.reduce((sum, each) => sum + each, 0),
      unanswered: ledger.unanswered,
      facts: facts.size,
      messages: receiver.messages.length,
      connections,
      msToAnswer: summarize(ledger.waits),
    });
  });
});
