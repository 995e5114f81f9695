import type { ProblemBody } from '../support/bodies';
import { letterDefinition, salesDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';

describe('POST /v1/reports', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());

  const refuse = async (body: object | string): Promise<ProblemBody> => {
    const answer = await pressroom.call('POST', '/v1/reports', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
    return answer.body;
  };
  const pointers = (problem: ProblemBody): string[] | undefined => problem.errors?.map(({ pointer }) => pointer);

  it('answers 202 with the resource and where to follow it, and renders the file', async () => {
    const answer = await pressroom.submit({ ...salesRequest, reference: 'order-1' });
    const { id } = answer.body;
    expect(answer.status).toBe(202);
    expect(id).toMatch(/^rep_[0-9a-f]{32}$/);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json; charset=utf-8$/i) as string,
      location: `/v1/reports/${id}`,
      'content-location': `/v1/reports/${id}`,
      link: `</v1/reports/${id}>; rel="status"`,
      etag: expect.stringMatching(/^"v\d+"$/) as string,
      'retry-after': expect.stringMatching(/^([1-9]|[12]\d|30)$/) as string,
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept, Prefer',
    });
    expect(answer.headers.has('idempotent-replayed')).toBe(false);
    expect(answer.body).toMatchObject({
      object: 'report',
      template: { name: 'sales', version: 1 },
      format: 'pdf',
      reference: 'order-1',
      batchId: null,
      maxAttempts: 3,
      file: null,
      links: { self: `/v1/reports/${id}` },
    });
    const { file, status, ...done } = await pressroom.waitFor(id, 'succeeded');
    expect({ file, status, attempt: done.attempt, error: done.error }).toMatchObject({
      file: { mediaType: 'application/pdf', filename: 'sales.pdf', pages: 1, href: `/v1/reports/${id}/file` },
      status: 'succeeded',
      attempt: 1,
      error: null,
    });
    expect(done.progress).toMatchObject({ phase: null, percent: 100, rows: 2, pages: 1 });
    const self = `/v1/reports/${id}`;
    expect(done.links).toEqual({
      self,
      events: `${self}/events`,
      cancel: null,
      file: `${self}/file`,
      downloadLinks: `${self}/download-links`,
    });
    expect((await pressroom.call('GET', file!.href)).text).toMatch(/^%PDF-/);
  });

  it('takes a definition of its own instead of a template', async () => {
    const { body } = await pressroom.submit({ definition: letterDefinition, filename: 'Letter' });
    expect(body.template).toBeNull();
    expect((await pressroom.waitFor(body.id, 'succeeded')).file?.filename).toBe('Letter.pdf');
  });

  it('pins the version that is the latest, or the one that was named', async () => {
    await pressroom.putTemplate({ ...letterDefinition, name: 'pinned' });
    await pressroom.call('PUT', '/v1/templates/pinned', {
      body: { ...letterDefinition, name: 'pinned', title: 'Second' },
    });
    const templateOf = async (template: string) => (await pressroom.submit({ template })).body.template;
    expect(await templateOf('pinned')).toEqual({ name: 'pinned', version: 2 });
    expect(await templateOf('pinned@1')).toEqual({ name: 'pinned', version: 1 });
  });

  it('reads the rows of an upload', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,1.5\nSouth,2\nEast,3\n');
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    expect((await pressroom.waitFor(id, 'succeeded')).progress.rows).toBe(3);
  });

  it('prints asOf, and without it the time of acceptance', async () => {
    const { body } = await pressroom.submit({ ...salesRequest, asOf: '2026-01-31T12:00:00+02:00' });
    expect(body.asOf).toBe('2026-01-31T10:00:00.000Z');
    const { body: other } = await pressroom.submit(salesRequest);
    expect(Math.abs(Date.parse(other.asOf) - Date.parse(other.createdAt))).toBeLessThan(5_000);
  });

  it.each(['missing', 'sales@2', 'sales@999999999'])('answers 404 for the template %s', async (template) => {
    expect(await refuse({ ...salesRequest, template })).toMatchObject({ status: 404, code: 'template-not-found' });
  });

  it.each([
    ['a malformed reference', { ...salesRequest, template: 'sales@latest' }, ['/template']],
    ['an unknown member', { ...salesRequest, tempalte: 'sales' }, ['/tempalte']],
    ['an unknown member with a slash and a tilde', { ...salesRequest, 'a/b~c': 1 }, ['/a~1b~0c']],
    ['neither template nor definition', {}, ['']],
    ['both template and definition', { ...salesRequest, definition: letterDefinition }, ['']],
    ['a missing parameter', { ...salesRequest, parameters: {} }, ['/parameters/month']],
    ['an unknown parameter', { ...salesRequest, parameters: { month: 'May', moth: 1 } }, ['/parameters/moth']],
    ['a parameter of another type', { ...salesRequest, parameters: { month: 5 } }, ['/parameters/month']],
    ['a missing dataset', { ...salesRequest, data: {} }, ['/data/sales']],
    ['an unknown dataset', { ...salesRequest, data: { ...salesRequest.data, more: [] } }, ['/data/more']],
    ['a value of another type', { ...salesRequest, data: { sales: [{ amount: 'a lot' }] } }, ['/data/sales/0/amount']],
    ['a row that is no object', { ...salesRequest, data: { sales: [1] } }, ['/data/sales/0']],
    ['a dataset that is neither', { ...salesRequest, data: { sales: 'x' } }, ['/data/sales']],
    ['an unknown upload', { ...salesRequest, data: { sales: { upload: 'upl_1' } } }, ['/data/sales/upload']],
    ['an unknown format', { ...salesRequest, format: 'docx' }, ['/format']],
    ['an unknown locale', { ...salesRequest, locale: 'no such locale' }, ['/locale']],
    ['an unknown time zone', { ...salesRequest, timeZone: 'Europe/Atlantis' }, ['/timeZone']],
    ['a time that is none', { ...salesRequest, asOf: '2026-02-30T00:00:00Z' }, ['/asOf']],
    ['a time of life that is none', { ...salesRequest, expiresIn: 0 }, ['/expiresIn']],
    ['a deadline that is none', { ...salesRequest, deadlineIn: 1.5 }, ['/deadlineIn']],
    ['a priority that is none', { ...salesRequest, priority: 'urgent' }, ['/priority']],
    ['a list', [], ['']],
    ['a fault of the definition', { definition: { ...letterDefinition, body: [{ type: 'hedding' }] } }, undefined],
  ])('refuses %s', async (_, body, expected) => {
    const problem = await refuse(body);
    expect(problem).toMatchObject({ status: 422, code: 'validation-failed', title: 'The request is not valid' });
    if (expected) expect(pointers(problem)).toEqual(expected);
    else expect(pointers(problem)).toEqual([expect.stringMatching(/^\/definition\/body\/0/)]);
  });

  it('names every fault of a request at once', async () => {
    const problem = await refuse({ template: 'sales', parameters: {}, data: { sales: [{ amount: 'x' }] }, locale: '' });
    expect(pointers(problem)?.sort()).toEqual(['/data/sales/0/amount', '/locale', '/parameters/month']);
  });

  it('ignores fields of a row that are not declared', async () => {
    const sales = [{ region: 'North', amount: 1, remark: 'not declared' }];
    const id = await pressroom.accept({ ...salesRequest, data: { sales } });
    await pressroom.waitFor(id, 'succeeded');
  });

  it('stores nothing of what it refuses', async () => {
    const count = async () => (await pressroom.query<{ n: string }>('SELECT count(*) AS n FROM reports'))[0]?.n;
    const before = await count();
    await refuse({ ...salesRequest, data: {} });
    await refuse('{');
    expect(await count()).toBe(before);
  });

  it('fails a report whose uploaded values do not fit, and names line and field', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,1\nSouth,twelve\n');
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    const { error, attempt } = await pressroom.waitFor(id, 'failed');
    expect(attempt).toBe(1);
    expect(error).toMatchObject({ code: 'data_invalid', attempt: 1, retryable: false, type: '/problems/data-invalid' });
    expect(error?.detail).toMatch(/\b3\b/);
    expect(error?.detail).toContain('amount');
  });

  it('keeps a traceparent with the report', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const id = await pressroom.accept(salesRequest, { traceparent });
    const rows = await pressroom.query('SELECT traceparent FROM reports WHERE id = $1', [uuidOf(id)]);
    expect(rows).toEqual([{ traceparent }]);
  });

  it('registers nothing of the definition that came with a request', async () => {
    await pressroom.accept({ definition: { ...salesDefinition, name: 'passing' }, ...withoutTemplate(salesRequest) });
    expect((await pressroom.call('GET', '/v1/templates/passing')).status).toBe(404);
  });
});

function withoutTemplate({ parameters, data }: typeof salesRequest) {
  return { parameters, data };
}
