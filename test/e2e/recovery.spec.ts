import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { expectPromisesKept } from '../support/promises';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';

describe('recovery from lost workers', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_LEASE: '3s' }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));

  const worker = (): Program => pressroom.liveWorkers.at(-1)!;

  async function killWorker(): Promise<void> {
    const killed = worker();
    killed.kill('SIGKILL');
    await killed.exited;
  }

  it('renders anew what a killed worker left', async () => {
    const { id, held } = await holdReport(pressroom);
    await killWorker();
    await held.release();
    await pressroom.startWorker();
    const { attempt, error } = await pressroom.waitFor(id, 'succeeded');
    expect({ attempt, error }).toEqual({ attempt: 2, error: null });
    expect(await pressroom.query('SELECT failures FROM reports WHERE id = $1', [uuidOf(id)])).toEqual([
      { failures: 1 },
    ]);
  });

  it('lets a worker that was frozen past its lease change nothing', async () => {
    const { id, held } = await holdReport(pressroom);
    const frozen = worker();
    frozen.kill('SIGSTOP');
    try {
      await pressroom.startWorker();
      await held.release();
      const before = await pressroom.waitFor(id, 'succeeded');
      expect(before.attempt).toBe(2);
      frozen.kill('SIGCONT');
      expect(await frozen.stop()).toBe(0);
      expect(await pressroom.report(id)).toEqual(before);
    } finally {
      frozen.kill('SIGCONT');
    }
  });

  it('fails a report for good when it takes worker after worker with it', async () => {
    const { id, held } = await holdReport(pressroom);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(`attempt ${attempt}`, async () => {
        const report = await pressroom.report(id);
        return report.status === 'running' && report.attempt === attempt ? true : undefined;
      });
      await killWorker();
      await pressroom.startWorker();
    }
    const { error, attempt } = await pressroom.waitFor(id, 'failed');
    expect(attempt).toBe(3);
    expect(error).toMatchObject({ code: 'worker_lost', attempt: 3, retryable: true });
    await held.release();
  });

  it('lets two workers share the work, and each report have one of them', async () => {
    await pressroom.startWorker();
    const ids = await Promise.all(Array.from({ length: 40 }, () => pressroom.accept(salesRequest)));
    for (const id of ids) expect((await pressroom.waitFor(id, 'succeeded')).attempt).toBe(1);
    const workers = await pressroom.query('SELECT DISTINCT worker_id FROM reports WHERE id = ANY($1)', [
      ids.map(uuidOf),
    ]);
    expect(workers).toHaveLength(2);
  });
});
