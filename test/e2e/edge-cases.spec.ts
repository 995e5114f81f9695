import { rename, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { Answer, ProblemBody, ReportBody } from '../support/bodies';
import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';
import { sendRaw } from '../support/raw-http';
import { redisUrl } from '../support/services';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';

/**
 * What happens at the edges of the HTTP contract, in its words: one test, or one group of tests, for each case. The case
 * of a backlog over its limit needs low limits of its own: overload.spec.ts.
 */
describe('edge cases', () => {
  const [postgres, redis] = [useSwitch(), useSwitch()];
  const everythingOn = () => Promise.all([postgres.turnOn(), redis.turnOn()]);
  beforeAll(everythingOn);
  const pressroom = usePressroom({
    env: () => ({ DATABASE_URL: postgres.to(pressroom.databaseUrl), REDIS_URL: redis.to(redisUrl) }),
  });
  beforeAll(() => pressroom.putTemplate());

  const json = { 'content-type': 'application/json' };
  const post = (body: string | Uint8Array, headers: Record<string, string> = json): Promise<Answer<ProblemBody>> =>
    pressroom.call('POST', '/v1/reports', { body, headers });
  const submit = (key: string) => pressroom.submit(salesRequest, { 'idempotency-key': key });
  const head = (line: string) => `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;
  const countReports = async (): Promise<number> => (await pressroom.query('SELECT FROM reports')).length;
  const isReplay = ({ headers }: Answer<unknown>) => headers.get('idempotent-replayed') === 'true';
  const readiness = async () => (await pressroom.call('GET', '/health/ready')).status;
  const becomesReady = () => until('the API is ready', async () => ((await readiness()) === 200 ? true : undefined));
  const drains = () => until('readiness is refused', async () => ((await readiness()) === 503 ? true : undefined));

  /** Lets no report be inserted or changed meanwhile. */
  async function withReportsLocked<T>(what: () => Promise<T>): Promise<T> {
    const rival = await pressroom.connect();
    try {
      await rival.query('BEGIN');
      await rival.query('LOCK TABLE reports IN SHARE MODE');
      return await what();
    } finally {
      await rival.query('ROLLBACK');
      rival.release();
    }
  }

  /** Resolves when a submission waits for the lock. */
  const isHeldUp = () =>
    until('a submission waits', async () => {
      const waiting = await pressroom.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INTO idempotency_keys%'`,
      );
      return waiting.length > 0 ? true : undefined;
    });

  it('same key, same body, 50 in parallel: one row; all 202 with one id; at least 49 say replayed', async () => {
    const before = await countReports();
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit('fifty')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(isReplay).length).toBeGreaterThanOrEqual(49);
    expect(await countReports()).toBe(before + 1);
  });

  it('client gone before the 202 was written: the report exists and runs; a retry with the key finds it', async () => {
    const before = await countReports();
    await withReportsLocked(async () => {
      const client = new AbortController();
      const headers = { ...json, 'idempotency-key': 'gone' };
      const answer = pressroom.call('POST', '/v1/reports', { body: salesRequest, headers, signal: client.signal });
      const isGone = expect(answer).rejects.toThrow('aborted');
      await isHeldUp();
      client.abort();
      await isGone;
    });
    await until('the report exists', async () => ((await countReports()) === before + 1 ? true : undefined));
    const retry = await submit('gone');
    expect([retry.status, isReplay(retry)]).toEqual([202, true]);
    await pressroom.waitFor(retry.body.id, 'succeeded');
    expect(await countReports()).toBe(before + 1);
  });

  it.each(['before', 'after'] as const)(
    'commit outcome unknown: 503 + Retry-After; a retry with the key replays if it had committed (cut %s the commit)',
    async (side) => {
      const before = await countReports();
      postgres.cutAt({ text: '"as_of":', side, every: 1 }); // what is inserted: the statement is prepared, and not sent again
      const unknown = await submit(side);
      postgres.cutAt(undefined);
      expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '5']);
      await becomesReady();
      const retry = await submit(side);
      expect([retry.status, isReplay(retry)]).toEqual([202, side === 'after']);
      await pressroom.waitFor(retry.body.id, 'succeeded');
      expect(await countReports()).toBe(before + 1);
    },
  );

  it('cancel while finishing: exactly one of {2xx and canceled}, {409 and succeeded}; no third outcome', async () => {
    const outcomes = new Map<number, number>();
    const one = async (index: number): Promise<void> => {
      const id = await pressroom.accept(salesRequest);
      await new Promise((resolve) => setTimeout(resolve, index % 60)); // so that every moment of the life is met
      const { status } = await pressroom.call('POST', `/v1/reports/${id}/cancel`);
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
      const end = await until('the report has ended', async () => {
        const report = await pressroom.report(id);
        return ['succeeded', 'failed', 'canceled'].includes(report.status) ? report.status : undefined;
      });
      expect({ status, end }).toEqual({ status, end: status === 409 ? 'succeeded' : 'canceled' });
    };
    for (let round = 0; round < 30; round++)
      await Promise.all([round * 4, round * 4 + 17, round * 4 + 31, round * 4 + 43].map(one));
    expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(120);
    const files = await pressroom.query(
      `SELECT FROM report_files JOIN reports r ON r.id = report_id WHERE r.cancel_requested_at IS NOT NULL`,
    );
    expect(files).toEqual([]);
  });

  it('HEAD: the headers of GET, Content-Length included; no body, no long poll', async () => {
    const id = await pressroom.accept(salesRequest);
    await pressroom.waitFor(id, 'succeeded');
    const upload = await pressroom.upload('region,amount\nNorth,1\n');
    const batch = await pressroom.call<{ id: string }>('POST', '/v1/report-batches', {
      body: { reports: [salesRequest] },
    });
    const ofBatch = `/v1/report-batches/${batch.body.id}`;
    await until('the batch is done', async () => {
      const { body } = await pressroom.call<{ status: string }>('GET', ofBatch);
      return body.status === 'completed' ? true : undefined;
    });
    const { url } = (await pressroom.call<{ url: string }>('POST', `/v1/reports/${id}/download-links`, { body: {} }))
      .body;
    const ofReport = [`/v1/reports/${id}`, `/v1/reports/${id}/file`, url];
    const others = ['/v1/reports', '/v1/templates', '/v1/templates/sales', '/health/live', '/openapi.json'];
    for (const path of [...ofReport, ofBatch, `/v1/uploads/${upload}`, ...others]) {
      const [get, answer] = [await pressroom.call('GET', path), await pressroom.call('HEAD', path)];
      expect({ path, status: answer.status, length: answer.bytes.length }).toEqual({ path, status: 200, length: 0 });
      expect({ path, ...lastingHeaders(answer) }).toEqual({ path, ...lastingHeaders(get) });
      expect(answer.headers.get('content-length')).toBe(String(get.bytes.length));
    }
    const { id: running, held } = await holdReport(pressroom);
    for (const path of [`/v1/reports/${running}`, `/v1/reports/${running}/file`]) {
      const answer = await pressroom.call('HEAD', path, { headers: { prefer: 'wait=55' } });
      expect(answer.status).toBe(path.endsWith('file') ? 409 : 200);
      expect(answer.headers.has('preference-applied')).toBe(false);
    }
    await held.release();
    await pressroom.waitFor(running, 'succeeded');
  });

  describe('malformed JSON, duplicate members, lone surrogates, NaN: 400; a NUL inside a string: 422', () => {
    it.each([
      ['nothing', ''],
      ['white space', ' \n'],
      ['half an object', '{"template": '],
      ['NaN', '{"a": NaN}'],
      ['a comment', '{"a": 1} // b'],
      ['single quotes', "{'a': 1}"],
      ['a comma too many', '{"a": 1,}'],
      ['two values', '{} {}'],
      ['a member twice', '{"template": "sales", "template": "sales"}'],
      ['a member twice, written otherwise', '{"template": "sales", "templ\\u0061te": "sales"}'],
      ['a member twice, deep inside', '{"parameters": {"a": [{"b": 1, "b": 2}]}}'],
      ['half a surrogate pair', '{"template": "\\ud800"}'],
      ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
      ['a hundred thousand levels', '['.repeat(100_000)],
      ['bytes that are not UTF-8', Buffer.from('{"template": "\xff"}', 'latin1')],
    ])('refuses %s as malformed', async (_, text) => {
      const { status, body } = await post(text);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'malformed-json' });
    });

    it.each([
      ['a value', '{"reference": "a\\u0000b"}', '/reference'],
      ['a name', '{"parameters": {"a\\u0000b": 1}}', '/parameters/a\u0000b'],
    ])('refuses a NUL in %s with 422', async (_, text, pointer) => {
      const { status, body } = await post(text);
      expect(status).toBe(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer })]);
    });
  });

  describe('another media type, charset or encoding: 415 + Accept-Post / Accept-Encoding', () => {
    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'])(
      'answers 415 to the media type %j',
      async (type) => {
        const { status, headers, body } = await post('{}', { 'content-type': type });
        expect({ status, code: body.code }).toEqual({ status: 415, code: 'unsupported-media-type' });
        expect(headers.get('accept-post')).toBe('application/json');
      },
    );

    it('answers 415 to a content encoding', async () => {
      const { status, headers } = await post('{}', { ...json, 'content-encoding': 'gzip' });
      expect(status).toBe(415);
      expect(headers.get('accept-encoding')).toBe('identity');
    });
  });

  describe('Accept excludes JSON: 406, as a problem', () => {
    it.each(['text/html', 'application/xml;q=1', 'application/json;q=0', 'image/*'])(
      'answers 406 to %s',
      async (accept) => {
        const { status, headers, body } = await pressroom.call('GET', '/v1/reports', { headers: { accept } });
        expect({ status, code: body.code }).toEqual({ status: 406, code: 'not-acceptable' });
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
      },
    );
  });

  describe('body too large, also chunked: 413, connection closed, nothing read further', () => {
    it('refuses a body that is too large before it is sent', async () => {
      const request = `${head('POST /v1/reports')}Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n`;
      const { status, text, isClosed } = await sendRaw(pressroom.url, [request]);
      expect({ status, isClosed }).toEqual({ status: 413, isClosed: true });
      expect(text).toContain('"payload-too-large"');
    });

    it('refuses a chunked body as soon as it is too large', async () => {
      const start = `${head('POST /v1/reports')}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      const { status, isClosed } = await sendRaw(pressroom.url, [start, ...Array<string>(17).fill(chunk)]);
      expect({ status, isClosed }).toEqual({ status: 413, isClosed: true });
    });
  });

  describe('known path, wrong method: 405 + Allow', () => {
    it.each([
      ['PATCH', '/v1/reports', 'GET, HEAD, POST'],
      ['PUT', '/v1/reports/rep_1', 'DELETE, GET, HEAD'],
      ['GET', '/v1/reports/rep_1/cancel', 'POST'],
      ['POST', '/v1/reports/rep_1/file', 'GET, HEAD'],
      ['GET', '/v1/reports/rep_1/download-links', 'POST'],
      ['DELETE', '/v1/downloads/x', 'GET, HEAD'],
      ['POST', '/v1/templates/a', 'GET, HEAD, PUT'],
      ['GET', '/v1/uploads', 'POST'],
      ['PUT', '/v1/uploads/upl_1', 'DELETE, GET, HEAD'],
      ['POST', '/health/live', 'GET, HEAD'],
      ['DELETE', '/openapi.json', 'GET, HEAD'],
    ])('answers 405 to %s %s, and names those that it takes', async (method, path, allow) => {
      const { status, headers, body } = await pressroom.call(method, path);
      expect({ status, code: body.code }).toEqual({ status: 405, code: 'method-not-allowed' });
      expect(headers.get('allow')).toBe(allow);
    });
  });

  it('Redis down, Postgres up: 202; rendered when Redis is back', async () => {
    await redis.turnOff();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pressroom.submit(salesRequest)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(202));
    expect(await readiness()).toBe(200);
    await redis.turnOn();
    for (const { body } of answers) expect((await pressroom.waitFor(body.id, 'succeeded')).attempt).toBe(1);
  });

  describe('Postgres down, pool exhausted for 2 s, disk full: 503 + Retry-After 5; never 202', () => {
    afterEach(everythingOn);

    it('Postgres down; the API lives on, and serves when it is back', async () => {
      const id = await pressroom.accept(salesRequest, { 'idempotency-key': 'before-outage' });
      await pressroom.waitFor(id, 'succeeded');
      await postgres.turnOff();
      for (const [method, path] of [
        ['POST', '/v1/reports'],
        ['GET', `/v1/reports/${id}`],
        ['GET', `/v1/reports/${id}/file`],
        ['GET', '/v1/templates'],
      ] as const) {
        const answer = await pressroom.call(method, path, method === 'POST' ? { body: salesRequest } : {});
        expect({ path, status: answer.status, code: answer.body.code }).toEqual({
          path,
          status: 503,
          code: 'service-unavailable',
        });
        expect(answer.headers.get('retry-after')).toBe('5');
        expect(answer.text).not.toMatch(/ECONN|postgres:|127\.0\.0\.1/);
      }
      expect(await readiness()).toBe(503);
      expect((await pressroom.call('GET', '/health/live')).status).toBe(200);

      await postgres.turnOn();
      await becomesReady();
      const replay = await pressroom.submit(salesRequest, { 'idempotency-key': 'before-outage' });
      expect({ status: replay.status, id: replay.body.id }).toEqual({ status: 202, id });
      await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
    });

    it('pool exhausted for 2 s', async () => {
      const before = await countReports();
      const answers = await withReportsLocked(() =>
        Promise.all(Array.from({ length: 40 }, () => pressroom.submit(salesRequest))),
      );
      for (const { status, headers } of answers) expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(pressroom.api.output).toContain('timeout exceeded when trying to connect');
      expect(await countReports()).toBe(before);
    });

    it("Postgres's disk full", async () => {
      const before = await countReports();
      await pressroom.query(`
        CREATE FUNCTION run_full() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER run_full BEFORE INSERT ON reports FOR EACH ROW EXECUTE FUNCTION run_full();`);
      const { status, headers, text } = await submit('full');
      await pressroom.query('DROP FUNCTION run_full CASCADE');
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(text).not.toContain('No space left');
      expect(await countReports()).toBe(before);
      const retry = await submit('full');
      expect([retry.status, isReplay(retry)]).toEqual([202, false]);
    });

    it('storage that takes no upload', async () => {
      const directory = pressroom.storageDirectory;
      const headers = { 'content-type': 'text/csv' };
      const send = () => pressroom.call('POST', '/v1/uploads', { body: 'region\nNorth\n', headers });
      await rename(directory, `${directory}-aside`);
      await writeFile(directory, 'a file where a directory should be');
      const refused = await send();
      await rm(directory);
      await rename(`${directory}-aside`, directory);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect((await send()).status).toBe(201);
    });
  });

  it('shutting down: readiness 503 first, requests in flight finish', async () => {
    await pressroom.api.stop();
    const api = await pressroom.startApi({ PRESSROOM_DRAIN_DELAY: '4s' });
    const body = JSON.stringify(salesRequest);
    const headers = { ...json, authorization: `Bearer ${pressroom.key}`, 'content-length': body.length };
    const inFlight = httpRequest(`${pressroom.url}/v1/reports`, { method: 'POST', headers });
    const answered = new Promise<string>((resolve, reject) => {
      inFlight.on('response', (response) => resolve(readText(response))).on('error', reject);
    });
    await new Promise((resolve) => inFlight.write(body.slice(0, 20), resolve));
    api.kill('SIGTERM');
    await drains();
    const late = await pressroom.submit(salesRequest);
    expect([late.status, late.headers.get('connection')]).toEqual([202, 'close']);
    expect((await pressroom.call('GET', '/health/live')).status).toBe(200);
    inFlight.end(body.slice(20));
    const { id } = JSON.parse(await answered) as ReportBody;
    expect(await api.exited).toBe(0);
    await pressroom.startApi();
    for (const report of [id, late.body.id]) await pressroom.waitFor(report, 'succeeded');
  });

  it.each(['limit=1&limit=2', 'status=failed&limit=1&status=queued', 'limit=-1'])(
    'duplicate query keys, negative limit: 400 (%s)',
    async (query) => {
      const { status, body } = await pressroom.call('GET', `/v1/reports?${query}`);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-parameter' });
    },
  );

  it('after all of that: every accepted report has ended, with its whole file where it succeeded', () =>
    expectPromisesKept(pressroom));
});

/** Those that are the same from one answer to the next. */
function lastingHeaders({ headers }: Answer<unknown>): Record<string, string> {
  const own = ['date', 'x-request-id', 'ratelimit', 'connection', 'keep-alive'];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}
