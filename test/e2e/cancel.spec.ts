import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, ReportBody } from '../support/bodies';
import { salesDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

describe('POST /v1/reports/{id}/cancel', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_LEASE: '3s' }) });
  beforeAll(() => pressroom.putTemplate());

  const cancel = (id: string): Promise<Answer<ReportBody>> => pressroom.call('POST', `/v1/reports/${id}/cancel`);

  it('cancels a waiting report at once, and says so again', async () => {
    const { id: running, held } = await holdReport(pressroom);
    const id = await pressroom.accept(salesRequest);
    const first = await cancel(id);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ id, status: 'canceled', attempt: 0, file: null, links: { cancel: null } });
    expect(first.body.cancelRequestedAt).toEqual(expect.any(String));
    const again = await cancel(id);
    expect(again.status).toBe(200);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    await held.release();
    await pressroom.waitFor(running, 'succeeded');
    expect((await pressroom.report(id)).status).toBe('canceled');
  });

  it('stops a running render, whose worker then goes on with other reports', async () => {
    const objects = await pressroom.storedObjects('reports');
    const { id, held } = await holdReport(pressroom);
    const answer = await pressroom.whileWorkersAreFrozen(() => cancel(id));
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ status: 'running', cancelRequestedAt: expect.any(String) as string });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    const { attempt, file, error } = await pressroom.waitFor(id, 'canceled');
    expect({ attempt, file, error }).toEqual({ attempt: 1, file: null, error: null });
    expect((await cancel(id)).status).toBe(200);
    const next = await pressroom.accept(salesRequest); // although the slow upload is still slow
    await pressroom.waitFor(next, 'succeeded');
    await held.release();
    expect(await pressroom.storedObjects('reports')).toHaveLength(objects.length + 1);
  });

  it('stops a render that never waits, and leaves nothing of what it had written', async () => {
    const upload = await pressroom.upload(`region,amount\n${'North,1\nSouth,2\n'.repeat(150_000)}`);
    const sales = { ...salesDefinition.data.sales, orderBy: ['region'] };
    const definition = { ...salesDefinition, data: { sales } };
    const objects = await pressroom.storedObjects('reports');
    const worker = pressroom.workers[0]!;
    const held = async (): Promise<string[]> =>
      (await openFiles(worker.pid)).filter((path) => path.startsWith(pressroom.temporaryDirectory));

    const id = await pressroom.accept({ definition, parameters: salesRequest.parameters, data: { sales: { upload } } });
    await until('rows are spooled', async () =>
      (await held()).some((path) => path.includes('spool')) ? true : undefined,
    );
    expect((await pressroom.whileWorkersAreFrozen(() => cancel(id))).status).toBe(202);
    await pressroom.waitFor(id, 'canceled');
    await until('its files are gone', async () => ((await held()).length === 0 ? true : undefined));
    const directory = (await readdir(pressroom.temporaryDirectory)).find((name) => name.endsWith(`-${worker.pid}`))!;
    await until('its directory is empty', async () =>
      (await readdir(join(pressroom.temporaryDirectory, directory))).length === 0 ? true : undefined,
    );
    expect(await pressroom.storedObjects('reports')).toEqual(objects);
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
  });

  it('finishes the cancellation of a report whose worker died', async () => {
    const { id } = await holdReport(pressroom);
    pressroom.workers[0]!.kill('SIGKILL');
    await pressroom.workers[0]!.exited;
    expect((await cancel(id)).status).toBe(202);
    await pressroom.startWorker();
    expect((await pressroom.waitFor(id, 'canceled')).attempt).toBe(1);
  });

  it('answers 409 for what has ended otherwise', async () => {
    const succeeded = await pressroom.accept(salesRequest);
    await pressroom.waitFor(succeeded, 'succeeded');
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const failed = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    await pressroom.waitFor(failed, 'failed');
    const expired = await pressroom.accept({ ...salesRequest, expiresIn: 1 });
    await pressroom.waitFor(expired, 'expired');
    for (const [id, currentStatus] of [
      [succeeded, 'succeeded'],
      [failed, 'failed'],
      [expired, 'expired'],
    ] as const) {
      const { status, text } = await cancel(id);
      expect(status).toBe(409);
      expect(JSON.parse(text)).toMatchObject({ code: 'report-not-cancelable', currentStatus });
    }
  });

  it('answers 404 for what is not there', async () => {
    expect((await cancel(`rep_${'0'.repeat(32)}`)).status).toBe(404);
    expect((await cancel('rep_x')).status).toBe(404);
  });
});

/** Also those that have no name any more. */
async function openFiles(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`;
  const links = (await readdir(directory)).map((fd) => readlink(join(directory, fd)).catch(() => ''));
  return Promise.all(links);
}

describe('canceling a render whose next heartbeat is minutes away', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_LEASE: '10m', PRESSROOM_HEARTBEAT: '3m' }) });
  beforeAll(() => pressroom.putTemplate());

  it('stops it at once, because its worker is told', async () => {
    const { id, held } = await holdReport(pressroom, undefined, '');
    const cancel = () => pressroom.call('POST', `/v1/reports/${id}/cancel`);
    expect((await pressroom.whileWorkersAreFrozen(cancel)).status).toBe(202);
    await pressroom.waitFor(id, 'canceled');
    await held.release();
  });
});
