import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { until } from '../support/until';

interface Link {
  url: string;
  expiresAt: string;
}

describe('signed links', () => {
  const pressroom = usePressroom({ env: () => ({ LOG_LEVEL: 'debug' }) });
  let report: string;
  let whole: Buffer;

  beforeAll(async () => {
    await pressroom.putTemplate();
    report = await pressroom.accept(salesRequest);
    await pressroom.waitFor(report, 'succeeded');
    whole = (await pressroom.call('GET', `/v1/reports/${report}/file`)).bytes;
  });

  const create = (id: string, body: object = {}) =>
    pressroom.call<Link>('POST', `/v1/reports/${id}/download-links`, { body });
  const linkTo = async (id: string, body: object = {}): Promise<string> => (await create(id, body)).body.url;
  const open = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    pressroom.call(method, url, { key: null, headers });

  it('are made where the report says, and tell how long they work', async () => {
    const { links } = await pressroom.report(report);
    const before = Date.now();
    const answer = await pressroom.call<Link>('POST', links.downloadLinks!, { body: {} });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['url', 'expiresAt']);
    expect(answer.body.url).toMatch(/^\/v1\/downloads\/[A-Za-z0-9_-]+$/);
    expect(answer.headers.get('location')).toBe(answer.body.url);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const seconds = (Date.parse(answer.body.expiresAt) - before) / 1_000;
    expect(Math.round(seconds)).toBeGreaterThanOrEqual(300);
  });

  it('end when the file does, where that is earlier', async () => {
    const id = await pressroom.accept({ ...salesRequest, expiresIn: 60 });
    const { fileExpiresAt } = await pressroom.waitFor(id, 'succeeded');
    expect((await create(id, { expiresIn: 86_400 })).body.expiresAt).toBe(fileExpiresAt);
  });

  it('open the file without a key, just as the file itself is opened with one', async () => {
    const url = await linkTo(report);
    const [byLink, byKey] = await Promise.all([open(url), pressroom.call('GET', `/v1/reports/${report}/file`)]);
    expect(byLink.status).toBe(200);
    expect(byLink.bytes.equals(whole)).toBe(true);
    for (const name of ['content-type', 'content-length', 'etag', 'repr-digest', 'accept-ranges', 'last-modified'])
      expect({ name, value: byLink.headers.get(name) }).toEqual({ name, value: byKey.headers.get(name) });
    expect(Object.fromEntries(byLink.headers)).toMatchObject({
      'content-disposition': `attachment; filename="sales.pdf"; filename*=UTF-8''sales.pdf`,
      'cache-control': 'private, no-store, no-transform',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox') as string,
    });
  });

  it('honour HEAD, ranges and conditions', async () => {
    const url = await linkTo(report);
    const head = await open(url, { range: 'bytes=0-1' }, 'HEAD');
    const etag = head.headers.get('etag')!;
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    const part = await open(url, { range: 'bytes=10-19' });
    expect([part.status, part.bytes]).toEqual([206, whole.subarray(10, 20)]);
    expect((await open(url, { 'if-none-match': etag })).status).toBe(304);
    expect((await open(url, { 'if-match': '"other"' })).status).toBe(412);
    expect((await open(url, { range: 'bytes=99999999-' })).status).toBe(416);
    expect((await open(url, { accept: 'image/png' })).status).toBe(200);
  });

  it('show the file in the browser where that is asked for', async () => {
    const { headers } = await open(await linkTo(report, { disposition: 'inline', expiresIn: 1_000 }));
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="sales\.pdf"/);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox/);
  });

  it.each([
    ['expiresIn', { expiresIn: 0 }],
    ['expiresIn', { expiresIn: 86_401 }],
    ['expiresIn', { expiresIn: 1.5 }],
    ['expiresIn', { expiresIn: '300' }],
    ['disposition', { disposition: 'form-data' }],
    ['expiry', { expiry: 300 }],
  ])('are not made with a wrong %s: %j', async (member, body) => {
    const { status, text } = await create(report, body);
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ code: 'validation-failed', errors: [{ pointer: `/${member}` }] });
  });

  it('are not made of a report without a file', async () => {
    const { id, held } = await holdReport(pressroom);
    const early = await create(id);
    expect(early.status).toBe(409);
    expect(early.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(early.body).toMatchObject({ code: 'report-not-ready', currentStatus: 'running' });
    await held.release();
    await pressroom.waitFor(id, 'succeeded');
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const failed = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    await pressroom.waitFor(failed, 'failed');
    const { status, body } = await create(failed);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'report-not-successful' });
  });

  it('answer 410 when their time is over, and only then', async () => {
    const url = await linkTo(report, { expiresIn: 1 });
    const { headers, body } = await until('the link has expired', async () => {
      const answer = await open(url);
      return answer.status === 410 ? answer : undefined;
    });
    expect(body).toMatchObject({ code: 'link-expired' });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await open(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`)).status).toBe(404);
  });

  it('answer 410 when the file has expired', async () => {
    const id = await pressroom.accept(salesRequest);
    await pressroom.waitFor(id, 'succeeded');
    const url = await linkTo(id);
    await pressroom.query('UPDATE reports SET file_expires_at = now() WHERE id = $1', [uuidOf(id)]);
    for (const answer of [await open(url), await create(id)]) {
      expect(answer.status).toBe(410);
      expect(answer.body).toMatchObject({ code: 'file-expired' });
    }
  });

  it('answer 410 when the report is deleted', async () => {
    const id = await pressroom.accept(salesRequest);
    await pressroom.waitFor(id, 'succeeded');
    const url = await linkTo(id);
    expect((await pressroom.call('DELETE', `/v1/reports/${id}`)).status).toBe(204);
    for (const answer of [await open(url), await create(id)]) {
      expect(answer.status).toBe(410);
      expect(answer.body).toMatchObject({ code: 'report-deleted' });
    }
  });

  it('say the same of everything that was not signed here', async () => {
    const url = await linkTo(report);
    const token = url.split('/')[3]!;
    const flipped = Array.from(
      token,
      (character, at) => token.slice(0, at) + (character === 'A' ? 'B' : 'A') + token.slice(at + 1),
    );
    const wrong = [
      ...flipped,
      '',
      'x',
      token.slice(1),
      `${token}A`,
      `${token}=`,
      `${token}%0A`,
      `%20${token}`,
      `rep_${'0'.repeat(32)}`,
    ];
    for (const text of wrong) {
      const { status, body } = await open(`/v1/downloads/${text}`);
      expect({ text, status, detail: body.detail }).toEqual({
        text,
        status: 404,
        detail: 'Nothing is found at this address.',
      });
    }
    expect((await open(url)).status).toBe(200);
  });

  it('leave nothing in the log that opens a file', async () => {
    const token = (await linkTo(report)).split('/')[3]!;
    const tries = [
      ['GET', `/v1/downloads/${token}`],
      ['HEAD', `/v1/downloads/${token}`],
      ['POST', `/v1/downloads/${token}`],
      ['GET', `/v1/downloads/${token}?token=${token}`],
      ['GET', `/v1/downloads/${token}/`],
      ['GET', `/v1/download/${token}`],
      ['GET', `/v1/downloads/${token}%`],
    ] as const;
    for (const [method, path] of tries) {
      const { text } = await open(path, { 'x-request-id': 'a-link' }, method);
      expect(text).not.toContain(token);
    }
    await until('the requests are logged', () =>
      Promise.resolve(pressroom.output.split('"requestId":"a-link"').length > tries.length - 1 ? true : undefined),
    );
    expect(pressroom.output).toMatch(/"path":"\/v1\/downloads\/sha256:[0-9a-f]{16}"/);
    expect(pressroom.output).not.toContain(token);
  });

  it('survive a change of the secret, and no second one', async () => {
    const url = await linkTo(report);
    const [first, second] = ['a secret of the tests, at least 32 characters long', 'y'.repeat(32)];
    await pressroom.api.stop();
    await pressroom.startApi({ PRESSROOM_SECRET: second, PRESSROOM_OLD_SECRET: first });
    expect((await open(url)).status).toBe(200);
    const newer = await linkTo(report);
    await pressroom.api.stop();
    await pressroom.startApi({ PRESSROOM_SECRET: second });
    expect((await open(url)).status).toBe(404);
    expect((await open(newer)).status).toBe(200);
  });
});

describe('signed links under a rate limit', () => {
  const proxies = { PRESSROOM_TRUSTED_PROXIES: '127.0.0.1/32' };
  const pressroom = usePressroom({
    workers: 0,
    env: () => ({ PRESSROOM_RATE_LIMIT: '1', PRESSROOM_RATE_BURST: '3' }),
  });
  const open = (forwardedFor: string) =>
    pressroom.call('GET', '/v1/downloads/x', { key: null, headers: { 'x-forwarded-for': forwardedFor } });
  const statuses = async (addresses: string[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const address of addresses) seen.push((await open(address)).status);
    return seen;
  };
  const addresses = Array.from({ length: 12 }, (_, index) => `192.0.2.${index}`);

  it('are counted by the address that a request comes from, whatever it says of itself', async () => {
    expect(await statuses(addresses)).toContain(429);
    const { headers, body } = await until('nothing is left', async () => {
      const answer = await open('192.0.2.99');
      return answer.status === 429 ? answer : undefined;
    });
    expect(body).toMatchObject({ code: 'quota-exceeded' });
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  });

  it('are counted by the address that a trusted proxy names', async () => {
    await pressroom.api.stop();
    await pressroom.startApi(proxies);
    expect(await statuses(addresses)).toEqual(addresses.map(() => 404));
    expect(await statuses(addresses.map(() => '198.51.100.7, 192.0.2.200'))).toContain(429);
  });
});
