import type { ReportBody } from '../support/bodies';
import { salesDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

describe('GET /v1/reports/{id}', () => {
  const pressroom = usePressroom();
  let finished: string;
  beforeAll(async () => {
    await pressroom.putTemplate();
    finished = await pressroom.accept(salesRequest);
    await pressroom.waitFor(finished, 'succeeded');
  });

  it('gives the resource, to be asked for anew each time', async () => {
    const { status, headers, body } = await pressroom.call<ReportBody>('GET', `/v1/reports/${finished}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: finished, object: 'report', status: 'succeeded', cancelRequestedAt: null });
    expect(Object.fromEntries(headers)).toMatchObject({
      etag: expect.stringMatching(/^"v\d+"$/) as string,
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept, Prefer',
    });
    expect(headers.has('retry-after')).toBe(false);
  });

  it('writes times in UTC with milliseconds, and says when file and record end', async () => {
    const report = (await pressroom.report(finished)) as unknown as Record<string, string>;
    const times = ['asOf', 'createdAt', 'startedAt', 'finishedAt', 'fileExpiresAt', 'recordExpiresAt'];
    for (const name of times) expect(report[name]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const days = (name: string) => (Date.parse(report[name]!) - Date.parse(report.finishedAt!)) / 86_400_000;
    expect(days('fileExpiresAt')).toBe(7);
    expect(days('recordExpiresAt')).toBe(30);
  });

  it.each([
    ['its ETag', (etag: string) => etag],
    ['its ETag as a weak one', (etag: string) => `W/${etag}`],
    ['a list with its ETag', (etag: string) => `"v0", ${etag}`],
    ['any', () => '*'],
  ])('answers 304 to If-None-Match with %s', async (_, tagOf) => {
    const etag = (await pressroom.call('GET', `/v1/reports/${finished}`)).headers.get('etag')!;
    for (const method of ['GET', 'HEAD']) {
      const headers = { 'if-none-match': tagOf(etag) };
      const answer = await pressroom.call(method, `/v1/reports/${finished}`, { headers });
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.bytes).toHaveLength(0);
    }
  });

  it('answers 200 to If-None-Match with another ETag, and 412 to If-Match with one', async () => {
    const ask = (headers: Record<string, string>) => pressroom.call('GET', `/v1/reports/${finished}`, { headers });
    expect((await ask({ 'if-none-match': '"v0"' })).status).toBe(200);
    expect((await ask({ 'if-match': '"v0"' })).status).toBe(412);
  });

  it('shows a report that waits, and one that is being rendered, with how long to wait', async () => {
    const { id: running, held } = await holdReport(pressroom);
    const waiting = await pressroom.submit({ ...salesRequest, deadlineIn: 2 });
    expect(waiting.body.status).toBe('queued');

    const seen = await until('progress is shown', async () => {
      const answer = await pressroom.call<ReportBody>('GET', `/v1/reports/${running}`);
      return answer.body.progress.rows > 0 ? answer : undefined;
    });
    expect(seen.headers.get('retry-after')).toMatch(/^([1-9]|[12]\d|30)$/);
    expect(seen.body).toMatchObject({ attempt: 1, file: null, links: { file: null } });
    expect(seen.body.links.cancel).toBe(`/v1/reports/${running}/cancel`);
    expect(seen.body.progress.phase).toEqual(expect.any(String));
    expect(seen.body.progress.percent).toBeLessThan(100);
    const etag = `"v${BigInt(seen.headers.get('etag')!.slice(2, -1)) - 1n}"`;
    const headers = { 'if-none-match': etag };
    expect((await pressroom.call('GET', `/v1/reports/${running}`, { headers })).status).toBe(200);

    // The only worker is busy, so the deadline of the other passes.
    const { error } = await pressroom.waitFor(waiting.body.id, 'failed');
    expect(error).toMatchObject({ code: 'deadline_exceeded', retryable: false });
    await held.release();
    await pressroom.waitFor(running, 'succeeded');
  });

  it('tells that rows are still being sorted, and does not take them for the whole work', async () => {
    const { name, data } = salesDefinition;
    const definition = {
      ...salesDefinition,
      name: `${name}-sorted`,
      data: { sales: { ...data.sales, orderBy: ['region'] } },
    };
    await pressroom.putTemplate(definition);
    const { id, held } = await holdReport(pressroom, (request) =>
      pressroom.accept({ ...request, template: definition.name }),
    );
    const { progress } = await until('rows are shown', async () => {
      const report = await pressroom.report(id);
      return report.progress.rows > 1 ? report : undefined;
    });
    // More rows come than the upload had, so this part of the work seems to be done: one of three.
    expect(progress).toMatchObject({ phase: 'sorting', percent: 33, pages: 0 });
    await held.release();
    expect((await pressroom.waitFor(id, 'succeeded')).progress).toMatchObject({ phase: null, percent: 100 });
  });

  it.each([
    ['unknown', `rep_${'0'.repeat(32)}`],
    ['of another kind', `upl_${'0'.repeat(32)}`],
    ['in upper case', `rep_${'A'.repeat(32)}`],
    ['too short', 'rep_1'],
    ['with a NUL', 'rep_%00'],
    ['with a slash', 'rep_%2F..%2F'],
    ['a quote', "rep_'%20OR%201=1"],
  ])('answers 404 to an id that is %s', async (_, id) => {
    const { status, body } = await pressroom.call('GET', `/v1/reports/${id}`);
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 404,
      code: 'not-found',
      detail: 'Nothing is found at this address.',
    });
  });

  it('answers 404 to an id that is very long', async () => {
    const { status, body } = await pressroom.call('GET', `/v1/reports/${'x'.repeat(101)}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
  });

  it('shows a failed report with 200, and explains its failure', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    const { error } = await pressroom.waitFor(id, 'failed');
    const explained = await pressroom.call('GET', error!.type);
    expect(explained.status).toBe(200);
    expect(explained.body).toMatchObject({ type: error!.type, code: 'data_invalid', title: error!.title });
  });
});
