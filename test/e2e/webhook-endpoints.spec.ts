import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import type { EndpointBody } from '../support/webhooks';
import { register } from '../support/webhooks';

const url = 'https://93.184.215.14/hook';

describe('webhook endpoints', () => {
  const pressroom = usePressroom({ workers: 0 });
  const call = <T = EndpointBody>(method: string, path: string, body?: object, key?: string) =>
    pressroom.call<T>(method, `/v1/webhook-endpoints${path}`, { ...(body ? { body } : {}), key });

  it('are registered with 201 and a Location, and show their secret this once', async () => {
    const { status, headers, body } = await call('POST', '', { url, description: 'Orders' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/webhook-endpoints/${body.id}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      url,
      description: 'Orders',
      status: 'enabled',
      disabledReason: null,
      events: ['report.succeeded', 'report.failed', 'report.canceled', 'batch.completed'],
    });
    expect(body.id).toMatch(/^whe_[0-9a-f]{32}$/);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const found = await call('GET', `/${body.id}`);
    const { secret, ...shown } = body;
    expect(found.body).toEqual(shown);
    const list = await call<{ data: EndpointBody[] }>('GET', '');
    expect(list.body.data).toContainEqual(shown);
    expect(list.text).not.toContain(secret);
  });

  it('keep their secret encrypted', async () => {
    const { id, secret } = await register(pressroom, { url });
    const [row] = await pressroom.query<{ row: string }>(
      'SELECT webhook_endpoints::text AS row FROM webhook_endpoints WHERE id = $1',
      [uuidOf(id)],
    );
    expect(row!.row).not.toContain(secret.slice('whsec_'.length));
    expect(pressroom.api.output).not.toContain(secret);
  });

  it.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/',
    'http://93.184.215.14/',
    'https://93.184.215.14:22/',
    'https://user:pass@93.184.215.14/',
    'no-url',
  ])('are refused with 422 webhook-url-refused at %s', async (refused) => {
    const answer = await pressroom.call('POST', '/v1/webhook-endpoints', { body: { url: refused } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'webhook-url-refused', errors: [{ pointer: '/url' }] });
    const { id } = await register(pressroom, { url });
    const changed = await pressroom.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: { url: refused } });
    expect(changed.body).toMatchObject({ code: 'webhook-url-refused' });
    await call('DELETE', `/${id}`);
  });

  it.each([
    [{}, '/url'],
    [{ url: 7 }, '/url'],
    [{ url, events: [] }, '/events'],
    [{ url, events: ['report.done'] }, '/events/0'],
    [{ url, events: ['report.failed', 'report.failed'] }, '/events'],
    [{ url, secret: 'whsec_mine' }, '/secret'],
    [{ url, description: 'x'.repeat(501) }, '/description'],
    [{ url, status: 'enabled' }, '/status'],
  ])('are refused with 422 for %j', async (body, pointer) => {
    const answer = await pressroom.call('POST', '/v1/webhook-endpoints', { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  it('are changed member by member', async () => {
    const { id, createdAt } = await register(pressroom, { url, description: 'before', events: ['report.failed'] });
    const changed = await call('PATCH', `/${id}`, { events: ['report.expired', 'endpoint.ping'] });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ url, description: 'before', events: ['report.expired', 'endpoint.ping'] });
    expect((await call('PATCH', `/${id}`, { description: null })).body.description).toBeNull();
    const disabled = await call('PATCH', `/${id}`, { status: 'disabled' });
    expect(disabled.body).toMatchObject({ status: 'disabled', disabledReason: 'It was disabled by a request.' });
    const enabled = await call('PATCH', `/${id}`, { status: 'enabled', url: `${url}/2` });
    expect(enabled.body).toMatchObject({ status: 'enabled', disabledReason: null, url: `${url}/2`, createdAt });
    expect((await pressroom.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: {} })).status).toBe(422);
  });

  it('are gone once deleted', async () => {
    const { id } = await register(pressroom, { url });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/rotate-secret`],
    ] as const)
      expect((await call(method, path)).status).toBe(404);
  });

  it('get a new secret when it is rotated, and keep the one before for 24 hours', async () => {
    const { id, secret } = await register(pressroom, { url });
    const { status, body } = await call('POST', `/${id}/rotate-secret`);
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(secret);
    const [row] = await pressroom.query<{ hours: string }>(
      `SELECT round(extract(epoch FROM previous_secret_expires_at - now()) / 3600) AS hours
         FROM webhook_endpoints WHERE id = $1`,
      [uuidOf(id)],
    );
    expect(row).toEqual({ hours: '24' });
    expect((await call('GET', `/${id}`)).body.previousSecretExpiresAt).toBe(body.previousSecretExpiresAt);
  });

  it('are twenty for a tenant at most, also when many are asked for at once', async () => {
    const key = await pressroom.createKey('busy');
    const answers = await Promise.all(Array.from({ length: 30 }, () => call('POST', '', { url }, key)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status === 422);
    expect(refused).toHaveLength(10);
    expect(refused[0]!.body).toMatchObject({ errors: [{ code: 'too-many-endpoints' }] });
  });
});
