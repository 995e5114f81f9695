import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

interface KeyBody {
  id: string;
  object: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  replacedBy: string | null;
  secret?: string;
}

describe('/v1/api-keys', () => {
  const pressroom = usePressroom({ workers: 0 });

  const make = (body: object, key?: string) => pressroom.call<KeyBody>('POST', '/v1/api-keys', { body, key });
  const made = async (body: object = {}): Promise<KeyBody & { secret: string }> => {
    const answer = await make({ name: 'test', scopes: ['reports:read'], ...body });
    expect(answer.status).toBe(201);
    return answer.body as KeyBody & { secret: string };
  };
  const rotate = (id: string, body?: object, key?: string) =>
    pressroom.call<KeyBody>('POST', `/v1/api-keys/${id}/rotate`, { ...(body && { body }), key });
  const look = async (id: string) => (await pressroom.call<KeyBody>('GET', `/v1/api-keys/${id}`)).body;
  const list = async (key?: string) =>
    (await pressroom.call<{ data: KeyBody[] }>('GET', '/v1/api-keys', { key })).body.data;
  const use = async (key: string, path = '/v1/reports') => (await pressroom.call('GET', path, { key })).status;
  const own = () => `key_${pressroom.key.split('_')[2]!}`;

  it('makes a key, shows it once, and keeps no more than its hash', async () => {
    const { status, headers, body } = await make({ name: 'nightly', scopes: ['reports:read', 'files:read'] });
    const { secret, ...shown } = body;
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('location')).toBe(`/v1/api-keys/${body.id}`);
    expect(secret).toMatch(new RegExp(`^rpk_live_${body.id.slice(4)}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$`));
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Za-z]{8}$/) as string,
      object: 'api_key',
      name: 'nightly',
      scopes: ['reports:read', 'files:read'],
      createdAt: expect.stringMatching(/Z$/) as string,
      expiresAt: null,
      lastUsedAt: null,
      replacedBy: null,
    });
    expect(await look(body.id)).toEqual(shown);
    expect(await list()).toContainEqual(shown);
    const rows = await pressroom.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    for (const { row } of rows) expect(row).not.toContain(secret!.split('_')[3]);
    expect(pressroom.api.output).not.toContain(secret!.split('_')[3]);
  });

  it('lets a key do what its scopes say, for the tenant that made it, and tells when it was used', async () => {
    const { id, secret } = await made();
    expect(await use(secret)).toBe(200);
    expect(await use(secret, '/v1/webhook-endpoints')).toBe(403);
    expect((await look(id)).lastUsedAt).toMatch(/Z$/);
    const stranger = await pressroom.createKey('stranger');
    expect((await list(stranger)).map((key) => key.id)).not.toContain(id);
  });

  it.each([
    ['/name', { name: '' }],
    ['/name', { name: undefined }],
    ['/scopes', { scopes: [] }],
    ['/scopes', { scopes: ['files:read', 'files:read'] }],
    ['/scopes/0', { scopes: ['everything'] }],
    ['/expiresIn', { expiresIn: 59 }],
    ['/expiresAt', { expiresAt: '2030-01-01T00:00:00Z' }],
    ['/name', { name: 'a\u0000b' }],
  ])('refuses what is wrong at %s: %j', async (pointer, body) => {
    const { status, text } = await make({ name: 'test', scopes: ['reports:read'], ...body });
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ code: 'validation-failed', errors: [{ pointer }] });
  });

  it('ends a key when its time is over', async () => {
    const { id, secret, createdAt, expiresAt } = await made({ expiresIn: 3_600 });
    expect(Date.parse(expiresAt!) - Date.parse(createdAt)).toBe(3_600_000);
    await pressroom.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [id.slice(4)]);
    expect(await use(secret)).toBe(401);
    expect((await list()).map((key) => key.id)).toContain(id);
    expect((await rotate(id)).status).toBe(409);
    await pressroom.query(`UPDATE api_keys SET expires_at = now() - interval '30 days' WHERE id = $1`, [id.slice(4)]);
    expect((await list()).map((key) => key.id)).not.toContain(id);
  });

  it('lets no key give what it does not have, neither by a new key nor by rotating another', async () => {
    const { secret } = await made({ scopes: ['keys:admin', 'reports:read'] });
    const { id } = await made({ scopes: ['files:read', 'reports:read'] });
    for (const { status, text } of [
      await make({ name: 'more', scopes: ['reports:read', 'files:read'] }, secret),
      await rotate(id, undefined, secret),
    ]) {
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'insufficient-scope', requiredScope: 'files:read' });
    }
    expect((await make({ name: 'as much', scopes: ['reports:read', 'keys:admin'] }, secret)).status).toBe(201);
  });

  it('rotates a key: a new one of the same kind, and the old one for a while', async () => {
    const old = await made({ expiresIn: 1_000_000 });
    const before = Date.now();
    const { status, headers, body } = await rotate(old.id);
    const { secret, ...shown } = body;
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(shown).toMatchObject({ name: old.name, scopes: old.scopes, lastUsedAt: null, replacedBy: null });
    expect(Math.round((Date.parse(shown.expiresAt!) - Date.parse(shown.createdAt)) / 1_000)).toBe(1_000_000);
    expect([await use(old.secret), await use(secret!)]).toEqual([200, 200]);
    const replaced = await look(old.id);
    expect(replaced.replacedBy).toBe(shown.id);
    expect(Date.parse(replaced.expiresAt!)).toBeGreaterThanOrEqual(before + 86_400_000 - 1_000);
    expect(Date.parse(replaced.expiresAt!)).toBeLessThan(Date.parse(old.expiresAt!));
    const again = await rotate(old.id);
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'api-key-not-rotatable' });
  });

  it('ends the old key at once where that is asked for, and never later than it would have ended', async () => {
    const leaked = await made();
    expect(await use(leaked.secret)).toBe(200);
    expect((await rotate(leaked.id, { overlap: 0 })).status).toBe(201);
    expect(await use(leaked.secret)).toBe(401);
    const short = await made({ expiresIn: 60 });
    await rotate(short.id, { overlap: 2_592_000 });
    expect((await look(short.id)).expiresAt).toBe(short.expiresAt);
    expect((await rotate(short.id, { overlap: -1 })).status).toBe(422);
  });

  it('rotates once, however many ask', async () => {
    const { id } = await made();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it('revokes a key for good, here at once', async () => {
    const { id, secret } = await made();
    expect(await use(secret)).toBe(200);
    expect((await pressroom.call('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    expect(await use(secret)).toBe(401);
    for (const method of ['GET', 'DELETE'])
      expect((await pressroom.call(method, `/v1/api-keys/${id}`)).status).toBe(404);
    expect((await rotate(id)).status).toBe(404);
    expect((await list()).map((key) => key.id)).not.toContain(id);
  });

  it('revokes a key in other processes soon after', async () => {
    const { id, secret } = await made();
    const url = pressroom.url;
    await pressroom.startApi();
    expect(await use(secret)).toBe(200);
    const there = (method: string, path: string) =>
      fetch(url + path, { method, headers: { authorization: `Bearer ${pressroom.key}` } });
    expect((await there('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    await until('it is refused', async () => ((await use(secret)) === 401 ? true : undefined));
  });

  it('lets no key revoke itself, but another one and itself be rotated', async () => {
    const { status, body } = await pressroom.call('DELETE', `/v1/api-keys/${own()}`);
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'api-key-in-use' });
    const { secret } = await made({ scopes: ['keys:admin'] });
    const id = `key_${secret.split('_')[2]!}`;
    const rotated = await rotate(id, {}, secret);
    expect(rotated.status).toBe(201);
    const { secret: newer } = rotated.body;
    expect((await pressroom.call('DELETE', `/v1/api-keys/${id}`, { key: newer })).status).toBe(204);
  });

  it.each(['key_', 'key_0', 'rep_00000000', 'key_\u00000000000', "key_' OR true --", `key_${'0'.repeat(200)}`])(
    'does not know %j',
    async (id) => {
      expect((await pressroom.call('GET', `/v1/api-keys/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );

  it('stops at a hundred keys that work, also when many are made at once', async () => {
    const key = await pressroom.createKey('collector');
    const body = { name: 'one of many', scopes: ['reports:read'] };
    await pressroom.query(
      `INSERT INTO api_keys (id, tenant_id, name, secret_sha256, scopes)
       SELECT 'many' || n, tenant_id, 'many', secret_sha256, scopes FROM api_keys, generate_series(1, 95) n
        WHERE id = $1`,
      [key.split('_')[2]],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => make(body, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(4).fill(201),
      ...Array<number>(6).fill(422),
    ]);
    expect(await list(key)).toHaveLength(100);
  });
});
