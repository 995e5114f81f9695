import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { sabotage } from './sabotage';
import { letter, settings } from './settings';

describe('T18: a new version that is rolled out under load', () => {
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({
      ...settings,
      ...sabotage(['slow-render'], { RENDER_MS: 200 }),
      PRESSROOM_DRAIN_DELAY: '1s',
    }),
  });

  it('is answered by nobody with an error, and loses no report', async () => {
    const urls = [pressroom.url];
    const apis: Program[] = [pressroom.api];
    apis.push(await pressroom.startApi());
    urls.push(pressroom.url);
    const ledger = new Ledger(pressroom, urls);
    const over = new AbortController();
    const submitting = ledger.submitUntil(over.signal, letter, { clients: 5, pauseMs: 200 });
    const rounds = sized(1, 6);
    let replaced = 0;
    const stop = async (program: Program): Promise<void> => {
      expect(await program.stop()).toBe(0);
      replaced++;
    };
    for (let round = 0; round < rounds; round++) {
      await pressroom.cli('migrate');
      // What the migration of a next version may do while this one still runs: add.
      await pressroom.query(`ALTER TABLE reports ADD COLUMN next_${round} text NOT NULL DEFAULT ''`);
      await pressroom.query(`CREATE INDEX CONCURRENTLY reports_next_${round} ON reports (next_${round})`);
      for (const worker of pressroom.liveWorkers) {
        await pressroom.startWorker();
        await stop(worker);
      }
      for (const [index, leaving] of apis.entries()) {
        apis[index] = await pressroom.startApi();
        urls[index] = pressroom.url; // as a balancer sends requests to what is ready
        await stop(leaving);
      }
    }
    over.abort();
    await submitting;
    await expectInvariants(pressroom, ledger);
    expect([...ledger.answers.keys()]).toEqual([202]); // no request went without an answer, either
    const damaged = await pressroom.query(`SELECT FROM reports WHERE failures > 0 OR state <> 'succeeded'`);
    expect(damaged).toHaveLength(0);
    recordFigures('T18', {
      reports: ledger.accepted.length,
      rounds,
      processesReplaced: replaced,
      answered5xx: 0,
      unanswered: 0,
      lost: 0,
      msToAnswer: summarize(ledger.waits),
    });
  });
});
