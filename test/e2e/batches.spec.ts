import type { Answer, BatchBody, ReportBody } from '../support/bodies';
import { letterDefinition, salesDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';

describe('/v1/report-batches', () => {
  const pressroom = usePressroom();
  beforeAll(async () => {
    await pressroom.putTemplate();
    await pressroom.putTemplate(letterDefinition);
  });

  const post = <T = BatchBody>(body: object | string, headers: Record<string, string> = {}): Promise<Answer<T>> =>
    pressroom.call<T>('POST', '/v1/report-batches', {
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const submit = (reports: object[], headers: Record<string, string> = {}): Promise<Answer<BatchBody>> =>
    post({ reports }, headers);
  const get = (id: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer<BatchBody>> =>
    pressroom.call<BatchBody>(method, `/v1/report-batches/${id}`, { headers });
  const cancel = (id: string): Promise<Answer<BatchBody>> =>
    pressroom.call<BatchBody>('POST', `/v1/report-batches/${id}/cancel`);
  const letters = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ template: 'letter', reference: `letter-${index}` }));
  const submitOne = async (request: object): Promise<string> => (await submit([request])).body.reports[0]!.id;
  const completed = (id: string): Promise<BatchBody> =>
    until('the batch is completed', async () => {
      const { body } = await get(id);
      return body.status === 'completed' ? body : undefined;
    });
  const countReports = async (): Promise<number> => (await pressroom.query('SELECT FROM reports')).length;

  it('answers 202 with the batch and where to follow it, and renders every report', async () => {
    const answer = await submit([...letters(3), { ...salesRequest, reference: 'sales' }]);
    const { id } = answer.body;
    expect(answer.status).toBe(202);
    expect(id).toMatch(/^bat_[0-9a-f]{32}$/);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      location: `/v1/report-batches/${id}`,
      'content-location': `/v1/report-batches/${id}`,
      link: `</v1/report-batches/${id}>; rel="status"`,
      etag: expect.stringMatching(/^"[\w-]+"$/) as string,
      'retry-after': expect.stringMatching(/^([1-9]|[12]\d|30)$/) as string,
      'cache-control': 'private, no-cache',
    });
    expect(answer.body).toMatchObject({ object: 'batch', status: 'running', cancelRequestedAt: null });
    expect(Object.values(answer.body.counts).reduce((sum, count) => sum + count)).toBe(4);
    expect(answer.body.reports.map(({ index, reference }) => [index, reference])).toEqual([
      [0, 'letter-0'],
      [1, 'letter-1'],
      [2, 'letter-2'],
      [3, 'sales'],
    ]);
    const { counts, links } = await completed(id);
    expect(counts).toEqual({ queued: 0, running: 0, succeeded: 4, failed: 0, canceled: 0, expired: 0 });
    expect(links.cancel).toBeNull();
    for (const { id: report, href, reference } of answer.body.reports) {
      const { body } = await pressroom.call<ReportBody>('GET', href);
      expect(body).toMatchObject({ id: report, reference, batchId: id, status: 'succeeded' });
      expect((await pressroom.call('GET', body.file!.href)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  it('shows its reports in GET /v1/reports?batchId=, and those of no other', async () => {
    const { body } = await submit(letters(5));
    await submit(letters(2));
    const { links } = body;
    const ids: string[] = [];
    for (let path: string | undefined = `${links.reports}&limit=2`; path !== undefined;) {
      const page: Answer<{ data: ReportBody[] }> = await pressroom.call('GET', path);
      ids.push(...page.body.data.map(({ id }) => id));
      path = /^<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(ids).toEqual(body.reports.map(({ id }) => id).toReversed());
    const stranger = await pressroom.createKey('stranger');
    expect((await pressroom.call<{ data: [] }>('GET', links.reports, { key: stranger })).body.data).toEqual([]);
  });

  it('takes a thousand reports at once, and no more', async () => {
    const before = await countReports();
    const { status, body } = await submit(letters(1_000));
    expect(status).toBe(202);
    expect(body.reports).toHaveLength(1_000);
    expect(await countReports()).toBe(before + 1_000);
    expect((await cancel(body.id)).status).toBeLessThan(300);
    await completed(body.id);
    const refused = await post<{ errors: { pointer: string }[] }>({ reports: letters(1_001) });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual(['/reports']);
  });

  it('counts reports however they ended', async () => {
    const bad = await pressroom.upload('region,amount\nNorth,much\n');
    const { body } = await submit([
      { template: 'letter' },
      { ...salesRequest, data: { sales: { upload: bad } } },
      { template: 'letter', expiresIn: 1 },
    ]);
    await pressroom.waitFor(body.reports[2]!.id, 'expired');
    expect((await completed(body.id)).counts).toMatchObject({ succeeded: 1, failed: 1, expired: 1 });
  });

  it('answers a HEAD with the headers of a GET', async () => {
    const { id } = (await submit(letters(1))).body;
    await completed(id);
    const [head, full] = [await get(id, {}, 'HEAD'), await get(id)];
    expect(head.bytes).toHaveLength(0);
    for (const name of ['etag', 'content-length', 'cache-control', 'content-type'])
      expect(head.headers.get(name)).toBe(full.headers.get(name));
  });

  it('answers 304 while nothing has changed', async () => {
    const { held } = await holdReport(pressroom);
    const answer = await submit(letters(1));
    const etag = answer.headers.get('etag')!;
    expect((await get(answer.body.id, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(answer.body.id, { 'if-match': '"another"' })).status).toBe(412);
    await held.release();
    await completed(answer.body.id);
    const changed = await get(answer.body.id, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.has('retry-after')).toBe(false);
  });

  it('is refused as a whole when anything in it is wrong, with a pointer to each fault', async () => {
    const before = await countReports();
    const { status, body } = await post<{ code: string; errors: { pointer: string; code: string }[] }>({
      reports: [
        { ...salesRequest, reference: 'a' },
        { ...salesRequest, parameters: { month: 7 } },
        { ...salesRequest, reference: 'a' },
        { template: 'letter', refrence: 'x' },
        { ...salesRequest, data: { sales: [{ region: 'North', amount: 'much' }] } },
        { definition: { ...salesDefinition, body: [{ type: 'tabel' }] } },
        'letter',
      ],
    });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'validation-failed' });
    expect(body.errors.map(({ pointer }) => pointer)).toEqual([
      '/reports/1/parameters/month',
      '/reports/2/reference',
      '/reports/3/refrence',
      '/reports/4/data/sales/0/amount',
      '/reports/5/definition/body/0/type',
      '/reports/6',
    ]);
    expect(await countReports()).toBe(before);
  });

  it.each([
    ['no reports', { reports: [] }, '/reports'],
    ['no member reports', {}, '/reports'],
    ['another member', { reports: [{ template: 'letter' }], priority: 'high' }, '/priority'],
    ['reports that are no list', { reports: { template: 'letter' } }, '/reports'],
  ])('refuses a batch with %s', async (_case, given, pointer) => {
    const { status, body } = await post<{ errors: { pointer: string }[] }>(given);
    expect(status).toBe(422);
    expect(body.errors[0]!.pointer).toBe(pointer);
  });

  it('answers 404 for a template that is not there, and says which report names it', async () => {
    const { status, body } = await post<{ code: string; pointer: string }>({
      reports: [{ template: 'letter' }, { template: 'leter' }],
    });
    expect({ status, ...body }).toMatchObject({
      status: 404,
      code: 'template-not-found',
      pointer: '/reports/1/template',
    });
  });

  it('tells fifty faults at most', async () => {
    const reports = Array.from({ length: 200 }, () => ({ template: 'letter', parameters: 1 }));
    const { body } = await post<{ errors: object[] }>({ reports });
    expect(body.errors).toHaveLength(50);
  });

  it('takes a body of 8 MiB, and answers 413 to a larger one', async () => {
    const request = { ...salesRequest, filename: 'x'.repeat(900) };
    const rows = Array.from({ length: 10_000 }, () => ({ region: 'North', amount: '1.00' }));
    const large = { ...request, data: { sales: rows } };
    const within = JSON.stringify({ reports: Array.from({ length: 22 }, () => large) });
    expect(within.length).toBeGreaterThan(7 * 2 ** 20);
    const { status, body } = await post(within);
    expect(status).toBe(202);
    await cancel(body.id);
    const head = `POST /v1/report-batches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;
    const tooLarge = `${head}Content-Type: application/json\r\nContent-Length: ${8 * 2 ** 20 + 1}\r\n\r\n`;
    expect(await sendRaw(pressroom.url, [tooLarge])).toMatchObject({ status: 413, isClosed: true });
  });

  it('makes one batch of many requests with one key, and remembers it', async () => {
    const before = await countReports();
    const headers = { 'idempotency-key': 'one-batch' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit(letters(7), headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(9);
    expect(await countReports()).toBe(before + 7);
    expect((await submit(letters(8), headers)).status).toBe(422);
    // The same key is free for a report of its own.
    expect((await pressroom.submit({ template: 'letter' }, headers)).headers.has('idempotent-replayed')).toBe(false);
  });

  it('is canceled as a whole: 202 while a worker is stopping, then 200, again and again', async () => {
    const { id: other, held } = await holdReport(pressroom);
    const waiting = (await submit(letters(3))).body;
    const first = await cancel(waiting.id);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'completed',
      counts: { canceled: 3 },
      cancelRequestedAt: expect.any(String) as string,
    });
    expect(await cancel(waiting.id)).toMatchObject({ status: 200, text: first.text });
    await pressroom.call('POST', `/v1/reports/${other}/cancel`);
    await pressroom.waitFor(other, 'canceled');
    await held.release();
    const { id: running, held: slow } = await holdReport(pressroom, (request) => submitOne(request));
    const { batchId } = await pressroom.report(running);
    const stopping = await pressroom.whileWorkersAreFrozen(() => cancel(batchId!));
    expect(stopping.status).toBe(202);
    expect(stopping.body).toMatchObject({ status: 'running', counts: { running: 1 } });
    expect((await completed(batchId!)).counts).toMatchObject({ canceled: 1 });
    expect((await cancel(batchId!)).status).toBe(200);
    await slow.release();
  });

  it('answers 409 when all of its reports had ended before', async () => {
    const { id } = (await submit(letters(2))).body;
    await completed(id);
    const { status, text } = await cancel(id);
    expect(status).toBe(409);
    expect(JSON.parse(text)).toMatchObject({ code: 'report-not-cancelable', currentStatus: 'completed' });
    expect((await get(id)).body.counts.succeeded).toBe(2);
  });

  it('answers 404 for what is not there, and to other tenants', async () => {
    const { id } = (await submit(letters(1))).body;
    const stranger = await pressroom.createKey('stranger');
    for (const [method, path, key] of [
      ['GET', `/v1/report-batches/${id}`, stranger],
      ['POST', `/v1/report-batches/${id}/cancel`, stranger],
      ['GET', `/v1/report-batches/bat_${'0'.repeat(32)}`, undefined],
      ['POST', `/v1/report-batches/bat_x/cancel`, undefined],
    ] as const)
      expect((await pressroom.call(method, path, { key })).status).toBe(404);
    expect((await completed(id)).counts.succeeded).toBe(1);
  });
});
