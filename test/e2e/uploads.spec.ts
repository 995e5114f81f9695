import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer, ProblemBody } from '../support/bodies';
import { salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';

interface Upload {
  id: string;
  mediaType: string;
  rows: number;
  size: number;
  sha256: string;
  createdAt: string;
  expiresAt: string;
}

describe('uploads', () => {
  const pressroom = usePressroom({
    env: () => ({ PRESSROOM_MAX_UPLOAD_SIZE: '200MiB', PRESSROOM_BODY_TIMEOUT: '1s' }),
  });
  beforeAll(() => pressroom.putTemplate());

  const post = <T = Upload>(body: string | Uint8Array, type = 'text/csv'): Promise<Answer<T>> =>
    pressroom.call('POST', '/v1/uploads', { body, headers: { 'content-type': type } });

  it('stores, counts and hashes a file, and gives it an end', async () => {
    const csv = 'region,amount\r\n"North, ""far""",1\r\nSouth,"2\n"\r\n';
    const { status, headers, body } = await post(csv, 'text/csv; charset=UTF-8; header=present');
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/uploads/${body.id}`);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^upl_[0-9a-f]{32}$/) as string,
      mediaType: 'text/csv',
      rows: 2,
      size: csv.length,
      sha256: createHash('sha256').update(csv).digest('hex'),
    });
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(86_400_000);
    expect((await pressroom.call<Upload>('GET', `/v1/uploads/${body.id}`)).body).toEqual(body);
    const head = await pressroom.call('HEAD', `/v1/uploads/${body.id}`);
    expect(head.status).toBe(200);
  });

  it.each([
    ['CSV with a byte order mark and without an end of line', '\ufeffa,b\n1,2\n3,4', 'text/csv', 2],
    ['CSV with a header alone', 'a,b\n', 'text/csv', 0],
    ['CSV with empty lines', 'a,b\n\n1,2\n\n', 'text/csv', 1],
    ['NDJSON', '{"a":1}\n{"a":2}\r\n\n{"a":3}', 'application/x-ndjson', 3],
    ['NDJSON of nothing', '', 'application/x-ndjson', 0],
  ])('counts the rows of %s', async (_, text, type, rows) => {
    const { status, body } = await post(text, type);
    expect({ status, rows: body.rows }).toEqual({ status: 201, rows });
  });

  it.each([
    ['too few values', 'a,b\n1,2\n3\n', 'text/csv', 3, undefined],
    ['too many values', 'a,b\n1,2,3\n', 'text/csv', 2, undefined],
    ['a quote in the middle', 'a,b\n1,2\n3,x"y\n', 'text/csv', 3, 4],
    ['text after a quoted value', 'a,b\n"1"x,2\n', 'text/csv', 2, 4],
    ['a quote that is not closed', 'a,b\n1,"2\n', 'text/csv', 2, undefined],
    ['a column twice', 'a,a\n1,2\n', 'text/csv', 1, undefined],
    ['no bytes', '', 'text/csv', 1, undefined],
    ['a fault behind a value of two lines', 'a,b\n"x\ny",2\n3\n', 'text/csv', 4, undefined],
    ['broken JSON', '{"a":1}\n{"a":}\n', 'application/x-ndjson', 2, 6],
    ['a row that is a list', '{"a":1}\n\n[1]\n', 'application/x-ndjson', 3, 1],
    ['a row cut short', '{"a":1}\n{"a":2', 'application/x-ndjson', 2, 7],
  ])('refuses %s, with line and column', async (_, text, type, line, column) => {
    const { status, body } = await post<ProblemBody>(text, type);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'validation-failed' });
    expect(body.errors).toHaveLength(1);
    expect(body.errors![0]).toMatchObject({ line, detail: expect.any(String) as string });
    expect(body.errors![0]!.column).toBe(column);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const { status, body } = await post<ProblemBody>(Buffer.from('a,b\n1,\xff\n', 'latin1'));
    expect(status).toBe(422);
    expect(body.errors![0]).toMatchObject({ line: expect.any(Number) as number });
  });

  it.each(['application/json', 'text/plain', 'text/csv; charset=iso-8859-1'])('answers 415 to %s', async (type) => {
    const { status, headers } = await post('a\n1\n', type);
    expect(status).toBe(415);
    expect(headers.get('accept-post')).toBe('text/csv, application/x-ndjson');
  });

  it('answers 415 to a content encoding', async () => {
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    const answer = await pressroom.call('POST', '/v1/uploads', { body: 'a\n1\n', headers });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  });

  it('keeps nothing of what it refuses, nor of a client that goes away', async () => {
    const before = await pressroom.storedObjects('uploads');
    await post('a,b\n1\n');
    const head = `POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;
    const rows = `Content-Type: text/csv\r\nContent-Length: 1000000\r\n\r\na,b\n${'1,2\n'.repeat(50_000)}`;
    await sendRaw(pressroom.url, [head + rows], { hangUpAfterMs: 200 });
    await until('nothing is left over', async () => {
      const objects = await pressroom.storedObjects('uploads');
      return objects.length === before.length ? objects : undefined;
    });
    expect(await pressroom.query('SELECT id FROM uploads')).toHaveLength(before.length);
  });

  it('takes an upload that is slow, but never pauses for long', async () => {
    const row = '4\r\na,b\n\r\n';
    const slow = await sendRaw(pressroom.url, [`${chunked()}${row}`, row, row, row, row, '0\r\n\r\n'], {
      pauseMs: 300,
      deadlineMs: 1_000,
    });
    expect(slow.status).toBe(201);
  });

  it('ends an upload that pauses for too long', async () => {
    const { status, isClosed } = await sendRaw(pressroom.url, [`${chunked()}4\r\na,b\n\r\n`]);
    expect({ status, isClosed }).toEqual({ status: 408, isClosed: true });
  });

  it('deletes an upload, which reports accepted before can still read', async () => {
    const { id } = (await post('region,amount\nNorth,1\n')).body;
    const report = await pressroom.accept({ ...salesRequest, data: { sales: { upload: id } } });
    expect((await pressroom.call('DELETE', `/v1/uploads/${id}`)).status).toBe(204);
    expect((await pressroom.call('GET', `/v1/uploads/${id}`)).status).toBe(404);
    expect((await pressroom.call('DELETE', `/v1/uploads/${id}`)).status).toBe(404);
    await pressroom.waitFor(report, 'succeeded');
    const later = await pressroom.submit({ ...salesRequest, data: { sales: { upload: id } } });
    expect(later.status).toBe(422);
    expect(JSON.parse(later.text)).toMatchObject({ errors: [{ pointer: '/data/sales/upload' }] });
  });

  it('renders rows as they were sent, from CSV and NDJSON alike', async () => {
    const rows = [
      { region: 'Öst, "far"', amount: '0.1' },
      { region: 'West\nend', amount: '0.2' },
    ];
    const csv = 'region,amount\n"Öst, ""far""",0.1\n"West\nend",0.2\n';
    const asOf = '2026-01-01T00:00:00Z';
    const render = async (sales: object): Promise<string> => {
      const id = await pressroom.accept({ ...salesRequest, data: { sales }, asOf });
      return (await pressroom.waitFor(id, 'succeeded')).file!.sha256;
    };
    const ndjson = rows.map((row) => JSON.stringify(row)).join('\n');
    const inline = await render(rows);
    const fromCsv = await render({ upload: (await post(csv)).body.id });
    expect(await render({ upload: (await post(ndjson, 'application/x-ndjson')).body.id })).toBe(fromCsv);
    expect(fromCsv).toBe(inline);
  });

  it('streams: memory does not grow with the file', async () => {
    const row = 'North,1234567.89\n';
    const rows = 4_000_000;
    const block = row.repeat(4_000);
    const resident = async (): Promise<number> => {
      const status = await readFile(`/proc/${pressroom.api.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
    };
    await post('region,amount\n' + block);
    const before = await resident();
    let peak = before;
    const watch = setInterval(() => void resident().then((now) => (peak = Math.max(peak, now))), 20);
    const answer = await stream(function* () {
      yield 'region,amount\n';
      for (let sent = 0; sent < rows; sent += 4_000) yield block;
    });
    clearInterval(watch);
    expect(answer).toMatchObject({ rows, size: 'region,amount\n'.length + rows * row.length });
    expect(peak - before).toBeLessThan(64);
  });

  it('refuses a file over the limit before it is read, or when that is found out', async () => {
    const head = `POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;
    const announced = `Content-Type: text/csv\r\nContent-Length: ${201 * 2 ** 20}\r\n\r\n`;
    const answer = await sendRaw(pressroom.url, [head + announced]);
    expect({ status: answer.status, isClosed: answer.isClosed }).toEqual({ status: 413, isClosed: true });
    expect(answer.text).toContain('"payload-too-large"');
  });

  /** The head of an upload over a connection of its own. */
  function chunked(): string {
    const head = `POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;
    return `${head}Content-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n`;
  }

  async function stream(rows: () => Generator<string>): Promise<Upload> {
    const outgoing = request(`${pressroom.url}/v1/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${pressroom.key}`, 'content-type': 'text/csv' },
    });
    const answered = new Promise<string>((resolve, reject) => {
      outgoing.once('error', reject);
      outgoing.once('response', (response) => resolve(response.toArray().then((chunks) => chunks.join(''))));
    });
    await pipeline(Readable.from(rows()), outgoing);
    return JSON.parse(await answered) as Upload;
  }
});
