import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, BatchBody, ProblemBody } from '../support/bodies';
import { letterDefinition, salesDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';

describe('DELETE /v1/reports/{id}', () => {
  const pressroom = usePressroom();
  beforeAll(async () => {
    await pressroom.putTemplate();
    await pressroom.putTemplate(letterDefinition);
  });

  const remove = (id: string, headers: Record<string, string> = {}): Promise<Answer<ProblemBody>> =>
    pressroom.call('DELETE', `/v1/reports/${id}`, { headers });
  const succeeded = async (request: object = salesRequest): Promise<string> => {
    const id = await pressroom.accept(request);
    await pressroom.waitFor(id, 'succeeded');
    return id;
  };
  const objectOf = async (id: string): Promise<string> => {
    const [row] = await pressroom.query<{ key: string }>(
      'SELECT storage_key AS key FROM report_files WHERE report_id = $1',
      [uuidOf(id)],
    );
    return join(pressroom.storageDirectory, row!.key);
  };
  const isGone = (path: string) =>
    until('the bytes are gone', async () => {
      const objects = await pressroom.storedObjects('reports');
      return objects.some((object) => object.startsWith(path)) ? undefined : true;
    });

  it('answers 204, and 204 again, and removes the bytes', async () => {
    const id = await succeeded();
    const path = await objectOf(id);
    const { status, text } = await remove(id);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(await pressroom.storedObjects('reports')).not.toContain(path);
    expect((await remove(id)).status).toBe(204);
  });

  it('makes every other call on it 410 report-deleted, a replay of its request included', async () => {
    const key = { 'idempotency-key': 'deleted-later' };
    const id = await pressroom.accept(salesRequest, key);
    await pressroom.waitFor(id, 'succeeded');
    await remove(id);
    const calls = [
      ['GET', ''],
      ['HEAD', ''],
      ['GET', '/file'],
      ['HEAD', '/file'],
      ['GET', '/events'],
      ['POST', '/cancel'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await pressroom.call(method, `/v1/reports/${id}${path}`);
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 410 });
      if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: 'report-deleted' });
    }
    const replay = await pressroom.submit(salesRequest, key);
    expect({ status: replay.status, text: replay.text }).toMatchObject({
      status: 410,
      text: expect.stringContaining('report-deleted') as string,
    });
  });

  it('takes it out of every list', async () => {
    const id = await succeeded({ ...salesRequest, reference: 'listed' });
    await remove(id);
    for (const query of ['', '?reference=listed', '?template=sales', '?status=expired,succeeded']) {
      const { text } = await pressroom.call('GET', `/v1/reports${query}`);
      expect(text).not.toContain(id);
    }
  });

  it('keeps times and hashes, and erases all that the request said', async () => {
    const canary = 'Kanarienvogel';
    const definition = { ...salesDefinition, title: canary };
    const id = await succeeded({
      definition,
      parameters: { month: canary },
      data: { sales: [{ region: canary, amount: '1' }] },
      reference: canary,
      filename: canary,
    });
    const upload = await pressroom.upload(`region,amount\nNorth,${canary}\n`);
    const failed = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    const { error } = await pressroom.waitFor(failed, 'failed');
    expect(error!.detail).toContain(canary);
    const { file } = await pressroom.report(id);
    await remove(id);
    await remove(failed);
    const tables = await pressroom.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const rows = await pressroom.query(`SELECT FROM ${name} t WHERE t::text LIKE $1`, [`%${canary}%`]);
      expect({ name, rows: rows.length }).toEqual({ name, rows: 0 });
    }
    const [tombstone] = await pressroom.query(
      `SELECT octet_length(parameters_sha256) AS hash, encode(file_sha256, 'hex') AS "fileHash",
              created_at, finished_at, deleted_at FROM reports WHERE id = $1`,
      [uuidOf(id)],
    );
    const time = expect.any(Date) as Date;
    expect(tombstone).toEqual({
      hash: 32,
      fileHash: file!.sha256,
      created_at: time,
      finished_at: time,
      deleted_at: time,
    });
  });

  it('honours If-Match: 412 when the report is another by now, whatever it was deleted as later', async () => {
    const id = await succeeded();
    const { headers } = await pressroom.call('GET', `/v1/reports/${id}`);
    for (const [name, value] of [
      ['if-match', '"v1"'],
      ['if-match', `W/${headers.get('etag')!}`],
      ['if-none-match', '*'],
    ] as const)
      expect(await remove(id, { [name]: value })).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
    expect((await pressroom.report(id)).status).toBe('succeeded');
    expect((await remove(id, { 'if-match': headers.get('etag')! })).status).toBe(204);
    expect((await remove(id, { 'if-match': headers.get('etag')! })).status).toBe(204);
  });

  it('cancels a waiting report, and answers 202 for a running one until its worker has stopped', async () => {
    const { id: running, held } = await holdReport(pressroom);
    const waiting = await pressroom.accept(salesRequest);
    expect((await remove(waiting)).status).toBe(204);
    const waits = pressroom.call('GET', `/v1/reports/${running}`, { headers: { prefer: 'wait=55' } });
    const { status, headers, text } = await pressroom.whileWorkersAreFrozen(() => remove(running));
    expect({ status, body: JSON.parse(text) as object }).toEqual({
      status: 202,
      body: { id: running, object: 'report', deleted: true },
    });
    expect(headers.get('retry-after')).toBe('1');
    expect((await waits).status).toBe(410);
    await until('the worker has stopped', async () => ((await remove(running)).status === 204 ? true : undefined));
    await held.release();
    await succeeded();
    const rows = await pressroom.query<{ state: string }>('SELECT state FROM reports WHERE id = ANY($1)', [
      [uuidOf(waiting), uuidOf(running)],
    ]);
    expect(rows).toEqual([{ state: 'canceled' }, { state: 'canceled' }]);
  });

  it('keeps counting a deleted report in its batch: as expired or canceled, and without its reference', async () => {
    const { held } = await holdReport(pressroom);
    const reports = ['a', 'b'].map((reference) => ({ template: 'letter', reference }));
    const { body } = await pressroom.call<BatchBody>('POST', '/v1/report-batches', { body: { reports } });
    await remove(body.reports[0]!.id);
    await held.release();
    await pressroom.waitFor(body.reports[1]!.id, 'succeeded');
    await remove(body.reports[1]!.id);
    const batch = await pressroom.call<BatchBody>('GET', `/v1/report-batches/${body.id}`);
    expect(batch.body).toMatchObject({
      status: 'completed',
      counts: { canceled: 1, expired: 1, succeeded: 0 },
      reports: [
        { index: 0, reference: null },
        { index: 1, reference: null },
      ],
    });
    const listed = await pressroom.call<{ data: object[] }>('GET', `/v1/reports?batchId=${body.id}`);
    expect(listed.body.data).toEqual([]);
  });

  it('hides the file at once when its bytes cannot be removed, and removes them later', async () => {
    const id = await succeeded();
    const path = await objectOf(id);
    await rm(path);
    await mkdir(join(path, 'in the way'), { recursive: true }); // a directory is no file that could be unlinked
    expect((await remove(id)).status).toBe(204);
    expect((await pressroom.call('GET', `/v1/reports/${id}/file`)).status).toBe(410);
    await rm(path, { recursive: true });
    await isGone(path);
    await until('the clean loop was here', async () => {
      const rows = await pressroom.query('SELECT FROM report_files WHERE report_id = $1', [uuidOf(id)]);
      return rows.length === 0 ? true : undefined;
    });
  });

  it('answers 404 for what is not there, and when the time of the tombstone is over', async () => {
    expect((await remove(`rep_${'0'.repeat(32)}`)).status).toBe(404);
    expect((await remove('rep_1')).status).toBe(404);
    const id = await succeeded();
    await remove(id);
    await pressroom.query('UPDATE reports SET record_expires_at = now() WHERE id = $1', [uuidOf(id)]);
    expect((await remove(id)).status).toBe(404);
    expect((await pressroom.call('GET', `/v1/reports/${id}`)).status).toBe(404);
  });

  it('gives a look-up and a download at the same moment the whole report or 410, and nothing else', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => pressroom.accept({ template: 'letter' })));
    for (const id of ids) {
      const { file } = await pressroom.waitFor(id, 'succeeded');
      const calls = ['', '/file', '', '/file', '/file'].map((path) =>
        pressroom.call('GET', `/v1/reports/${id}${path}`),
      );
      const [deleted, ...answers] = await Promise.all([remove(id), ...calls]);
      expect(deleted.status).toBe(204);
      for (const { status, headers, bytes, text } of answers) {
        expect([200, 410]).toContain(status);
        if (status === 410) expect(text).toContain('report-deleted');
        else if (headers.get('content-type') === 'application/pdf') expect(bytes).toHaveLength(file!.size);
        else expect(JSON.parse(text)).toMatchObject({ status: 'succeeded', file });
      }
    }
  });

  it('leaves nothing readable and no bytes, at whatever moment of its life it strikes', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const id = await pressroom.accept(salesRequest);
        await new Promise((resolve) => setTimeout(resolve, index * 20)); // so that every moment of the life is met
        expect([202, 204]).toContain((await remove(id)).status);
        expect((await pressroom.call('GET', `/v1/reports/${id}/file`)).status).toBe(410);
        return uuidOf(id);
      }),
    );
    await until('all bytes are gone', async () => {
      const [left] = await pressroom.query<{ open: number; files: number }>(
        `SELECT count(*) FILTER (WHERE state NOT IN ('canceled', 'expired'))::int AS open,
                (SELECT count(*)::int FROM report_files WHERE report_id = ANY($1)) AS files
           FROM reports WHERE id = ANY($1)`,
        [ids],
      );
      return left!.open + left!.files === 0 ? true : undefined;
    });
    const kept = await pressroom.query('SELECT FROM report_files');
    expect(await pressroom.storedObjects('reports')).toHaveLength(kept.length);
  });
});
