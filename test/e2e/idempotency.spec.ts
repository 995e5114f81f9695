import { letterDefinition, salesDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';

describe('Idempotency-Key', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());

  const submit = (key: string, body: object | string = salesRequest) =>
    pressroom.submit(body, { 'idempotency-key': key });
  const countReports = async (): Promise<number> =>
    Number((await pressroom.query<{ n: string }>('SELECT count(*) AS n FROM reports'))[0]!.n);

  it('answers a repetition with the report as it is now', async () => {
    const id = (await submit('again')).body.id;
    await pressroom.waitFor(id, 'succeeded');
    const { status, headers, body } = await submit('again');
    expect(status).toBe(202);
    expect(body).toMatchObject({ id, status: 'succeeded' });
    expect(headers.get('location')).toBe(`/v1/reports/${id}`);
    expect(headers.get('idempotent-replayed')).toBe('true');
    expect(headers.has('retry-after')).toBe(false);
    expect((await pressroom.call('GET', `/v1/reports/${id}`)).headers.get('etag')).toBe(headers.get('etag'));
  });

  it('does not mind the order of members, nor white space', async () => {
    const id = (await submit('order')).body.id;
    const { parameters, template, data } = salesRequest;
    const shuffled = JSON.stringify({ data, parameters, template }, null, 4);
    expect((await submit('order', shuffled)).body.id).toBe(id);
  });

  it('takes the bare key and the quoted one as the same', async () => {
    const id = (await submit('key-1')).body.id;
    expect((await submit('"key-1"')).body.id).toBe(id);
    const escaped = (await submit('a"b\\c')).body.id;
    expect((await submit('"a\\"b\\\\c"')).body.id).toBe(escaped);
  });

  it('refuses the key for another body, and leaves the report as it is', async () => {
    const id = (await submit('reused')).body.id;
    const before = await countReports();
    const { status, text } = await submit('reused', { ...salesRequest, reference: 'other' });
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ code: 'idempotency-key-reused' });
    expect(await countReports()).toBe(before);
    expect((await submit('reused')).body.id).toBe(id);
  });

  it.each([
    ['empty', ''],
    ['an empty string', '""'],
    ['a blank inside', 'a b'],
    ['a quoted blank', '"a b"'],
    ['256 characters', 'x'.repeat(256)],
    ['not ASCII', 'ä'],
  ])('refuses a key that is %s', async (_, key) => {
    const { status, text } = await submit(key);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'idempotency-key-invalid' });
  });

  it('takes a key of 255 characters', async () => {
    expect((await submit('x'.repeat(255))).status).toBe(202);
  });

  it('remembers no request that was refused', async () => {
    const wrong = { ...salesRequest, template: 'not-yet' };
    expect((await submit('refused', wrong)).status).toBe(404);
    await pressroom.putTemplate({ ...salesDefinition, name: 'not-yet' });
    const { status, headers } = await submit('refused', wrong);
    expect(status).toBe(202);
    expect(headers.has('idempotent-replayed')).toBe(false);
  });

  it('replays after the template has changed, with the version of then', async () => {
    const request = { template: 'changing' };
    await pressroom.putTemplate({ ...letterDefinition, name: 'changing' });
    const { id, template } = (await submit('changing', request)).body;
    await pressroom.call('PUT', '/v1/templates/changing', {
      body: { ...salesDefinition, name: 'changing' },
    });
    expect((await submit('changing', request)).body).toMatchObject({ id, template });
  });

  it('keeps the keys of tenants apart', async () => {
    const other = await pressroom.createKey('other');
    await pressroom.putTemplate(salesDefinition, other);
    const own = (await submit('shared')).body.id;
    const answer = await pressroom.submit(salesRequest, { 'idempotency-key': 'shared' }, other);
    expect(answer.status).toBe(202);
    expect(answer.headers.has('idempotent-replayed')).toBe(false);
    expect(answer.body.id).not.toBe(own);
  });

  it('forgets a key when its time is over', async () => {
    const id = (await submit('old')).body.id;
    await pressroom.query(`UPDATE idempotency_keys SET expires_at = now() WHERE key = 'old'`);
    const { body, headers } = await submit('old', { ...salesRequest, reference: 'new' });
    expect(body.id).not.toBe(id);
    expect(headers.has('idempotent-replayed')).toBe(false);
  });

  it('outlives the process that took it', async () => {
    const id = (await submit('survivor')).body.id;
    pressroom.api.kill('SIGKILL');
    await pressroom.api.exited;
    await pressroom.startApi();
    const { body, headers } = await submit('survivor');
    expect(body.id).toBe(id);
    expect(headers.get('idempotent-replayed')).toBe('true');
  });

  it('answers 409 while a rival holds the key', async () => {
    const rival = await pressroom.connect();
    try {
      await rival.query('BEGIN');
      await rival.query(
        `INSERT INTO idempotency_keys (tenant_id, operation, key, fingerprint, resource_id, expires_at)
         SELECT id, 'reports', 'rival', '\\x00', gen_random_uuid(), now() + interval '1 h' FROM tenants
          WHERE name = 'default'`,
      );
      const { status, headers, text } = await submit('rival');
      expect(status).toBe(409);
      expect(headers.get('retry-after')).toBe('1');
      expect(JSON.parse(text)).toMatchObject({ code: 'idempotency-in-progress' });
      await rival.query('ROLLBACK');
    } finally {
      rival.release();
    }
    expect((await submit('rival')).status).toBe(202);
  });
});
