import { createHash } from 'node:crypto';
import { truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { letterDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';

describe('GET /v1/reports/{id}/file', () => {
  const pressroom = usePressroom();
  let path: string;
  let whole: Buffer;
  let etag: string;
  let lastModified: string;

  beforeAll(async () => {
    await pressroom.putTemplate();
    const id = await pressroom.accept(salesRequest);
    await pressroom.waitFor(id, 'succeeded');
    path = `/v1/reports/${id}/file`;
    const { bytes, headers } = await pressroom.call('GET', path);
    whole = bytes;
    etag = headers.get('etag')!;
    lastModified = headers.get('last-modified')!;
  });

  const get = (headers: Record<string, string> = {}, method = 'GET') => pressroom.call(method, path, { headers });

  it('sends the file with all that a client needs to keep and check it', async () => {
    const { status, headers, bytes } = await get();
    const sha256 = createHash('sha256').update(bytes).digest();
    const { file } = await pressroom.report(path.split('/')[3]!);
    expect(status).toBe(200);
    expect(file).toMatchObject({ size: bytes.length, sha256: sha256.toString('hex') });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      etag: `"sha256-${sha256.toString('base64url')}"`,
      'repr-digest': `sha-256=:${sha256.toString('base64')}:`,
      'accept-ranges': 'bytes',
      'last-modified': expect.stringMatching(/ GMT$/) as string,
      'content-disposition': `attachment; filename="sales.pdf"; filename*=UTF-8''sales.pdf`,
      'cache-control': 'private, no-store, no-transform',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers HEAD with the same headers and no body, whatever Range says', async () => {
    const head = await get({ range: 'bytes=0-1' }, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.bytes).toHaveLength(0);
    const names = ['content-length', 'etag', 'repr-digest', 'content-disposition', 'last-modified', 'accept-ranges'];
    const full = await get();
    for (const name of names) expect(head.headers.get(name)).toBe(full.headers.get(name));
  });

  it('does not care what the client accepts', async () => {
    expect((await get({ accept: 'image/png' })).status).toBe(200);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=100-', 100, undefined],
    ['bytes=-10', -10, undefined],
    ['bytes=0-99999999', 0, undefined],
    ['bytes=-99999999', 0, undefined],
  ])('answers 206 to %s', async (range, start, end) => {
    const { status, headers, bytes } = await get({ range });
    const expected = whole.subarray(start, end);
    expect(status).toBe(206);
    expect(bytes.equals(expected)).toBe(true);
    const first = start < 0 ? whole.length + start : start;
    expect(headers.get('content-range')).toBe(`bytes ${first}-${first + expected.length - 1}/${whole.length}`);
    expect(headers.get('content-length')).toBe(String(expected.length));
    expect(headers.get('etag')).toBe(etag);
  });

  it.each(['bytes=0-1,5-6', 'bytes=0-1, 1-2', 'lines=0-1', 'bytes=a-b', 'bytes', 'bytes=', 'bytes=-', 'bytes=5-1'])(
    'ignores the range %s',
    async (range) => {
      const { status, headers, bytes } = await get({ range });
      expect(status).toBe(200);
      expect(headers.has('content-range')).toBe(false);
      expect(bytes.equals(whole)).toBe(true);
    },
  );

  it.each(['bytes=99999999-', 'bytes=99999999-999999999', 'bytes=-0'])('answers 416 to %s', async (range) => {
    const { status, headers, body } = await get({ range });
    expect(status).toBe(416);
    expect(headers.get('content-range')).toBe(`bytes */${whole.length}`);
    expect(body).toMatchObject({ code: 'range-not-satisfiable' });
  });

  it('sends a part only when If-Range still fits', async () => {
    const statusFor = async (ifRange: string) => (await get({ range: 'bytes=0-1', 'if-range': ifRange })).status;
    expect(await statusFor(etag)).toBe(206);
    expect(await statusFor(lastModified)).toBe(206);
    expect(await statusFor(`W/${etag}`)).toBe(200);
    expect(await statusFor('"another"')).toBe(200);
    expect(await statusFor('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(200);
  });

  it('answers conditional requests in the order of RFC 9110', async () => {
    const statusFor = async (headers: Record<string, string>) => (await get(headers)).status;
    const long = 'Thu, 01 Jan 1970 00:00:00 GMT';
    expect(await statusFor({ 'if-none-match': etag })).toBe(304);
    expect(await statusFor({ 'if-none-match': etag, range: 'bytes=0-1' })).toBe(304);
    expect(await statusFor({ 'if-none-match': '"other"', 'if-modified-since': lastModified })).toBe(200);
    expect(await statusFor({ 'if-modified-since': lastModified })).toBe(304);
    expect(await statusFor({ 'if-modified-since': long })).toBe(200);
    expect(await statusFor({ 'if-match': etag })).toBe(200);
    expect(await statusFor({ 'if-match': `W/${etag}` })).toBe(412);
    expect(await statusFor({ 'if-match': '"other"' })).toBe(412);
    expect(await statusFor({ 'if-match': '"other"', 'if-none-match': etag })).toBe(412);
    expect(await statusFor({ 'if-match': '"other"', range: 'bytes=99999999-' })).toBe(412);
    expect(await statusFor({ 'if-unmodified-since': long })).toBe(412);
    expect(await statusFor({ 'if-unmodified-since': 'not a date' })).toBe(200);
  });

  it('keeps the validators of a 304 and sends no body', async () => {
    const { headers, bytes } = await get({ 'if-none-match': etag });
    expect(bytes).toHaveLength(0);
    expect(headers.get('etag')).toBe(etag);
    expect(headers.has('content-range')).toBe(false);
  });

  it('answers 401 without a key and 404 for what is not there', async () => {
    expect((await pressroom.call('GET', path, { key: null })).status).toBe(401);
    expect((await pressroom.call('GET', `/v1/reports/rep_${'0'.repeat(32)}/file`)).status).toBe(404);
  });

  it('answers 409 until the report has succeeded', async () => {
    const { id, held } = await holdReport(pressroom);
    for (const method of ['GET', 'HEAD']) {
      const answer = await pressroom.call(method, `/v1/reports/${id}/file`);
      expect(answer.status).toBe(409);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      if (method === 'GET') expect(answer.body).toMatchObject({ code: 'report-not-ready', currentStatus: 'running' });
    }
    await held.release();
    await pressroom.waitFor(id, 'succeeded');
    expect((await pressroom.call('GET', `/v1/reports/${id}/file`)).status).toBe(200);
  });

  it('answers 409 for a report that failed or was canceled', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    await pressroom.waitFor(id, 'failed');
    const { status, headers, body } = await pressroom.call('GET', `/v1/reports/${id}/file`);
    expect(status).toBe(409);
    expect(headers.has('retry-after')).toBe(false);
    expect(body).toMatchObject({ code: 'report-not-successful', currentStatus: 'failed' });
  });

  it('answers 410 from the moment the file expires, and removes its bytes', async () => {
    const objects = await pressroom.storedObjects('reports');
    const id = await pressroom.accept({ ...salesRequest, expiresIn: 1 });
    const { recordExpiresAt } = await pressroom.waitFor(id, 'expired');
    const { status, body } = await pressroom.call('GET', `/v1/reports/${id}/file`);
    expect(status).toBe(410);
    expect(body).toMatchObject({ code: 'file-expired' });
    const report = await pressroom.report(id);
    expect(report).toMatchObject({ status: 'expired', file: null, links: { file: null, cancel: null } });
    expect(report.recordExpiresAt).toBe(recordExpiresAt);
    await until('the bytes are removed', async () => {
      const left = await pressroom.storedObjects('reports');
      return left.length === objects.length ? left : undefined;
    });
  });

  it.each([
    ['Invoice 8812', 'Invoice 8812.pdf'],
    ['Invoice 8812.PDF', 'Invoice 8812.pdf'],
    ['../../etc/passwd', 'etcpasswd.pdf'],
    ['a"b\\c;d=e', 'abc;d=e.pdf'],
    ['line\r\nSet-Cookie: a=b', 'lineSet-Cookie: a=b.pdf'],
    ['\u202Egpj.exe', 'gpj.exe.pdf'],
    ['Müller & Söhne', 'Müller & Söhne.pdf'],
    ['报告 📈', '报告 📈.pdf'],
    ['...', 'letter.pdf'],
    ["100% of 'all' (now)*", '100% of all (now)*.pdf'],
    ['x'.repeat(1_000), `${'x'.repeat(146)}.pdf`],
  ])('offers a file called %j under a harmless name', async (filename, expected) => {
    const id = await pressroom.accept({ definition: letterDefinition, filename });
    const { file } = await pressroom.waitFor(id, 'succeeded');
    expect(file?.filename).toBe(expected);
    const { headers } = await pressroom.call('HEAD', file!.href);
    const disposition = headers.get('content-disposition')!;
    const [, plain, extended] = /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''(\S+)$/.exec(disposition)!;
    expect(plain).not.toMatch(/["\\/]/);
    expect(extended).toMatch(/^([A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+$/); // RFC 8187 §3.2.1
    expect(decodeURIComponent(extended!)).toBe(expected);
    expect(headers.has('set-cookie')).toBe(false);
  });

  it('cuts the connection rather than letting a short file look whole', async () => {
    const id = await pressroom.accept(salesRequest);
    const { file } = await pressroom.waitFor(id, 'succeeded');
    await truncate(await objectOf(id), 100);
    const request = `GET ${file!.href} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n\r\n`;
    const { status, isClosed, text } = await sendRaw(pressroom.url, [request], { deadlineMs: 3_000 });
    expect(status).toBe(200);
    expect(text).toMatch(new RegExp(`content-length: ${file!.size}\r\n`, 'i'));
    expect(isClosed).toBe(true);
    expect((await get()).status).toBe(200);
  });

  it('answers 500 when the bytes are gone, as a whole problem without the headers of the file', async () => {
    const id = await pressroom.accept(salesRequest);
    const { file } = await pressroom.waitFor(id, 'succeeded');
    await unlink(await objectOf(id));
    const { status, headers, body } = await pressroom.call('GET', file!.href);
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal-error' });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    for (const name of ['etag', 'repr-digest', 'content-disposition', 'accept-ranges', 'last-modified'])
      expect({ name, value: headers.get(name) }).toEqual({ name, value: null });
  });

  it('survives a client that goes away in the middle', async () => {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n\r\n`;
    await Promise.all(Array.from({ length: 20 }, () => sendRaw(pressroom.url, [request], { hangUpAfterMs: 1 })));
    expect((await get()).bytes.equals(whole)).toBe(true);
  });

  async function objectOf(id: string): Promise<string> {
    const [row] = await pressroom.query<{ key: string }>(
      'SELECT storage_key AS key FROM report_files WHERE report_id = $1',
      [uuidOf(id)],
    );
    return join(pressroom.storageDirectory, row!.key);
  }
});
