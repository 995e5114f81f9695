import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';
import { uuidOf } from '../support/public-id';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';

describe('SIGTERM', () => {
  // A ring that got lost would be noticed: nobody repeats it.
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_REDISPATCH_AFTER: '1h' }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));

  it('makes a worker hand its render back, without counting a failure', async () => {
    const { id, held } = await holdReport(pressroom);
    const worker = pressroom.liveWorkers[0]!;
    expect(await worker.stop()).toBe(0);
    expect(await pressroom.report(id)).toMatchObject({ status: 'queued', attempt: 1, error: null });
    expect(await childrenOf(worker.pid)).toEqual([]);
    await held.release();
    await pressroom.startWorker();
    expect((await pressroom.waitFor(id, 'succeeded')).attempt).toBe(2);
    expect(await pressroom.query('SELECT failures FROM reports WHERE id = $1', [uuidOf(id)])).toEqual([
      { failures: 0 },
    ]);
  });

  it('lets a worker finish a render that ends within the grace, and take no other', async () => {
    await Promise.all(pressroom.liveWorkers.map((worker) => worker.stop()));
    const worker = await pressroom.startWorker({ PRESSROOM_SHUTDOWN_GRACE: '30s' });
    const { id, held } = await holdReport(pressroom);
    worker.kill('SIGTERM');
    const other = await pressroom.accept(salesRequest);
    await held.release();
    expect(await worker.exited).toBe(0);
    expect(await pressroom.report(id)).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(await pressroom.report(other)).toMatchObject({ status: 'queued', attempt: 0 });
    await pressroom.startWorker();
  });

  it('ends the API with 0, without children', async () => {
    const { pid } = pressroom.api;
    expect(await pressroom.api.stop()).toBe(0);
    expect(await childrenOf(pid)).toEqual([]);
    await pressroom.startApi();
  });

  it('lets the API finish a request that it has begun to read', async () => {
    const { api, url } = pressroom;
    const { answer, id } = await submitAcross(() => api.kill('SIGTERM'), url);
    expect(answer.status).toBe(202);
    await api.stop();
    await pressroom.startApi();
    await pressroom.waitFor(id, 'succeeded');
  });

  it('closes the connection of a client that would keep it', async () => {
    const { api, url } = pressroom;
    const { answer } = await submitAcross(() => api.kill('SIGTERM'), url);
    await api.stop();
    await pressroom.startApi();
    expect(answer.isClosed).toBe(true);
  });

  it('ends a process at once when it is said twice', async () => {
    await pressroom.api.stop();
    const api = await pressroom.startApi({ PRESSROOM_DRAIN_DELAY: '10m' });
    api.kill('SIGTERM');
    await until('it drains', async () => {
      const { status } = await pressroom.call('GET', '/health/ready');
      return status === 503 ? true : undefined;
    });
    await until('it has ended', () => {
      api.kill('SIGTERM');
      return api.isRunning ? undefined : true;
    });
    expect(await api.exited).toBe(143);
    await pressroom.startApi();
  });

  /** A request of which one half is sent before something happens, and the other half after it. */
  async function submitAcross(what: () => void, url: string) {
    const body = JSON.stringify(salesRequest);
    const head =
      `POST /v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const sending = sendRaw(url, [head + body.slice(0, 20), body.slice(20)], { pauseMs: 500, deadlineMs: 3_000 });
    setTimeout(what, 200);
    const answer = await sending;
    return { answer, id: /"id":"(rep_[0-9a-f]+)"/.exec(answer.text)?.[1] ?? '' };
  }
});

/** Pids of the live children of a process. */
async function childrenOf(pid: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent]) => parent === String(pid))
    .map(([child]) => child!);
}
