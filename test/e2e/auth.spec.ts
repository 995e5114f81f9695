import type { ProblemBody } from '../support/bodies';
import { letterDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

/** Every route that needs a key, for an id or name of another tenant where it has one. */
const routes = [
  ['POST', '/v1/reports', 'reports:write'],
  ['GET', '/v1/reports', 'reports:read'],
  ['GET', '/v1/reports/{report}', 'reports:read'],
  ['HEAD', '/v1/reports/{report}', 'reports:read'],
  ['POST', '/v1/reports/{report}/cancel', 'reports:write'],
  ['DELETE', '/v1/reports/{report}', 'reports:write'],
  ['GET', '/v1/reports/{report}/file', 'files:read'],
  ['HEAD', '/v1/reports/{report}/file', 'files:read'],
  ['POST', '/v1/reports/{report}/download-links', 'files:read'],
  ['POST', '/v1/definitions/validate', 'reports:write'],
  ['PUT', '/v1/templates/{template}', 'templates:admin'],
  ['GET', '/v1/templates', 'reports:read'],
  ['GET', '/v1/templates/{template}', 'reports:read'],
  ['GET', '/v1/templates/{template}/versions', 'reports:read'],
  ['GET', '/v1/templates/{template}/versions/1', 'reports:read'],
  ['POST', '/v1/uploads', 'reports:write'],
  ['GET', '/v1/uploads/{upload}', 'reports:read'],
  ['DELETE', '/v1/uploads/{upload}', 'reports:write'],
  ['POST', '/v1/webhook-endpoints', 'webhooks:admin'],
  ['GET', '/v1/webhook-endpoints', 'webhooks:admin'],
  ['GET', '/v1/webhook-endpoints/{endpoint}', 'webhooks:admin'],
  ['PATCH', '/v1/webhook-endpoints/{endpoint}', 'webhooks:admin'],
  ['DELETE', '/v1/webhook-endpoints/{endpoint}', 'webhooks:admin'],
  ['POST', '/v1/webhook-endpoints/{endpoint}/rotate-secret', 'webhooks:admin'],
  ['POST', '/v1/webhook-endpoints/{endpoint}/test', 'webhooks:admin'],
  ['GET', '/v1/webhook-deliveries', 'webhooks:admin'],
  ['POST', '/v1/webhook-deliveries/{delivery}/redeliver', 'webhooks:admin'],
  ['POST', '/v1/api-keys', 'keys:admin'],
  ['GET', '/v1/api-keys', 'keys:admin'],
  ['GET', '/v1/api-keys/{apiKey}', 'keys:admin'],
  ['POST', '/v1/api-keys/{apiKey}/rotate', 'keys:admin'],
  ['DELETE', '/v1/api-keys/{apiKey}', 'keys:admin'],
] as const;

describe('API keys', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_OUTBOUND_ALLOW: '127.0.0.1/32' }) });
  const own = { report: '', template: 'sales', upload: '', endpoint: '', delivery: '', apiKey: '' };
  beforeAll(async () => {
    await pressroom.putTemplate();
    own.upload = await pressroom.upload('region,amount\nNorth,1\n');
    const body = { url: 'http://127.0.0.1:9/nobody-listens' };
    own.endpoint = (await pressroom.call<{ id: string }>('POST', '/v1/webhook-endpoints', { body })).body.id;
    const ping = await pressroom.call<{ id: string }>('POST', `/v1/webhook-endpoints/${own.endpoint}/test`);
    own.delivery = ping.body.id;
    own.apiKey = `key_${idOf(pressroom.key)}`;
    own.report = await pressroom.accept(salesRequest);
    await pressroom.waitFor(own.report, 'succeeded');
  });

  const at = (path: string, ids: typeof own): string =>
    path.replace(/\{(\w+)\}/, (_, name: string) => ids[name as keyof typeof own]);
  const idOf = (key: string): string => key.split('_')[2]!;
  /** The members of a problem that do not depend on the request. */
  const words = ({ type, title, status, detail, code }: ProblemBody) => ({ type, title, status, detail, code });

  it.each(routes)('%s %s asks for a key', async (method, path) => {
    const { status, headers } = await pressroom.call(method, at(path, own), { key: null });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.has('ratelimit')).toBe(false);
  });

  it('answers unknown, revoked, expired and mistyped keys in the same words', async () => {
    const [revoked, expired] = [await pressroom.createKey(), await pressroom.createKey()];
    await pressroom.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [idOf(revoked)]);
    await pressroom.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [idOf(expired)]);
    const last = pressroom.key.at(-1)!;
    const mistyped = pressroom.key.slice(0, -1) + (last === 'A' ? 'B' : 'A');
    const headers = [
      {},
      { authorization: `Bearer ${revoked}` },
      { authorization: `Bearer ${expired}` },
      { authorization: `Bearer ${mistyped}` },
      { authorization: `Bearer rpk_live_00000000_${'0'.repeat(32)}_000000` },
      { authorization: 'Bearer' },
      { authorization: 'Bearer x y' },
      { authorization: pressroom.key },
      { authorization: `Basic ${Buffer.from(`${pressroom.key}:`).toString('base64')}` },
      { 'x-api-key': pressroom.key },
    ];
    const answers = await Promise.all(
      headers.map((given) =>
        pressroom.call('GET', '/v1/reports', { key: null, headers: given as Record<string, string> }),
      ),
    );
    for (const { status, headers: got, body } of answers) {
      expect(status).toBe(401);
      expect(got.get('www-authenticate')).toBe('Bearer');
      expect(words(body)).toEqual(words(answers[0]!.body));
    }
  });

  it.each([
    ['a query parameter that is not known', '/v1/reports?access_token=x', {}],
    ['an Accept that cannot be met', '/v1/reports', { accept: 'text/html' }],
  ])('asks for a key before it finds fault with %s', async (_, path, headers) => {
    expect((await pressroom.call('GET', path, { key: null, headers })).status).toBe(401);
  });

  it('takes the scheme in any case', async () => {
    const headers = { authorization: `bearer ${pressroom.key}` };
    expect((await pressroom.call('GET', '/v1/reports', { key: null, headers })).status).toBe(200);
  });

  it('stops taking a key soon after it was revoked, and gives it back its use never', async () => {
    const key = await pressroom.createKey();
    expect((await pressroom.call('GET', '/v1/reports', { key })).status).toBe(200);
    await pressroom.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [idOf(key)]);
    await until('the key is refused', async () => {
      const { status } = await pressroom.call('GET', '/v1/reports', { key });
      return status === 401 ? true : undefined;
    });
  });

  it('keeps no secret, only its hash', async () => {
    const [, , , secret] = pressroom.key.split('_');
    const rows = await pressroom.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    for (const { row } of rows) expect(row).not.toContain(secret);
    expect(pressroom.api.output).not.toContain(secret);
  });

  describe.each([...new Set(routes.map(([, , scope]) => scope))])('a key without the scope %s', (scope) => {
    let key: string;
    beforeAll(async () => {
      key = await pressroom.createKey();
      const others = routes.map(([, , name]) => name).filter((name) => name !== scope);
      await pressroom.query('UPDATE api_keys SET scopes = $2 WHERE id = $1', [idOf(key), others]);
    });

    it.each(routes.filter(([, , name]) => name === scope))('cannot %s %s', async (method, path) => {
      const answer = await pressroom.call(method, at(path, own), { key });
      expect(answer.status).toBe(403);
      if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: 'insufficient-scope', requiredScope: scope });
    });
  });

  it('hides what belongs to another tenant, in the words for what is not there', async () => {
    const stranger = await pressroom.createKey('stranger');
    const zeros = '0'.repeat(32);
    const none = {
      report: `rep_${zeros}`,
      template: 'none',
      upload: `upl_${zeros}`,
      endpoint: `whe_${zeros}`,
      delivery: `whd_${zeros}`,
      apiKey: 'key_00000000',
    };
    for (const [method, path] of routes.filter(([verb, address]) => verb !== 'PUT' && address.includes('{'))) {
      const foreign = await pressroom.call(method, at(path, own), { key: stranger });
      const missing = await pressroom.call(method, at(path, none), { key: stranger });
      expect({ path, status: foreign.status }).toEqual({ path, status: 404 });
      expect(missing.status).toBe(404);
      if (method === 'HEAD') continue;
      expect(words(foreign.body)).toEqual(
        JSON.parse(JSON.stringify(words(missing.body)).replaceAll(`'${none.template}`, `'${own.template}`)),
      );
    }
  });

  it('lets no tenant use the template or the upload of another', async () => {
    const stranger = await pressroom.createKey('thief');
    const byTemplate = await pressroom.submit(salesRequest, {}, stranger);
    expect(byTemplate.status).toBe(404);
    await pressroom.putTemplate(undefined, stranger);
    const request = { ...salesRequest, data: { sales: { upload: own.upload } } };
    const byUpload = await pressroom.submit(request, {}, stranger);
    expect(byUpload.status).toBe(422);
    const missing = { ...salesRequest, data: { sales: { upload: `upl_${'0'.repeat(32)}` } } };
    expect(JSON.parse(byUpload.text.replaceAll(own.upload, missing.data.sales.upload))).toMatchObject({
      errors: (JSON.parse((await pressroom.submit(missing, {}, stranger)).text) as ProblemBody).errors,
    });
  });

  it('lets each tenant have a template of the same name', async () => {
    const key = await pressroom.createKey('namesake');
    const definition = { ...letterDefinition, name: 'sales' };
    const { status, body } = await pressroom.call<{ version: number }>('PUT', '/v1/templates/sales', {
      body: definition,
      key,
    });
    expect({ status, version: body.version }).toEqual({ status: 201, version: 1 });
    const mine = await pressroom.call<{ definition: object }>('GET', '/v1/templates/sales');
    expect(mine.body.definition).not.toEqual(definition);
  });
});

describe('rate limit', () => {
  const pressroom = usePressroom({ workers: 0, env: () => ({ PRESSROOM_RATE_LIMIT: '1', PRESSROOM_RATE_BURST: '5' }) });

  it('tells what is left, answers 429 with Retry-After when nothing is, and counts each key for itself', async () => {
    const answers = [];
    for (let index = 0; index < 12; index++) answers.push(await pressroom.call('GET', '/v1/reports'));
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"default";q=5;w=5');
    expect(answers[0]!.headers.get('ratelimit')).toMatch(/^"default";r=4;t=\d+$/);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({ code: 'quota-exceeded' });
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(headers.get('ratelimit')).toMatch(/^"default";r=0;/);
    }
    const other = await pressroom.createKey();
    expect((await pressroom.call('GET', '/v1/reports', { key: other })).status).toBe(200);
    await until('there is quota again', async () => {
      const { status } = await pressroom.call('GET', '/v1/reports');
      return status === 200 ? true : undefined;
    });
  });

  it('does not limit what needs no key', async () => {
    for (let index = 0; index < 10; index++)
      expect((await pressroom.call('GET', '/health/live', { key: null })).status).toBe(200);
  });
});
