import type { Answer, ProblemBody } from '../support/bodies';
import { salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { sendRaw } from '../support/raw-http';

const common = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': expect.stringContaining("default-src 'none'") as string,
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

describe('HTTP', () => {
  const pressroom = usePressroom({ workers: 0, env: () => ({ PRESSROOM_BODY_TIMEOUT: '500ms' }) });
  beforeAll(() => pressroom.putTemplate());

  const json = { 'content-type': 'application/json' };
  const post = (body: string | Uint8Array, headers: Record<string, string> = json): Promise<Answer<ProblemBody>> =>
    pressroom.call('POST', '/v1/reports', { body, headers });
  const head = (line: string) => `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pressroom.key}\r\n`;

  describe('every answer', () => {
    it.each([
      ['GET', '/health/live', 200],
      ['GET', '/health/ready', 200],
      ['GET', '/openapi.json', 200],
      ['GET', '/docs', 200],
      ['GET', '/docs/swagger-ui.css', 200],
      ['GET', '/problems/not-found', 200],
      ['GET', '/v1/reports', 200],
      ['POST', '/v1/reports', 415],
      ['GET', '/v1/reports?x=1', 400],
      ['GET', '/v1/reports/rep_1', 404],
      ['GET', '/', 404],
      ['GET', '/v1', 404],
      ['GET', '/v1/nothing', 404],
      ['GET', '/problems/nothing', 404],
      ['DELETE', '/v1/reports', 405],
      ['GET', '/%', 400],
    ])('carries the common headers: %s %s', async (method, path, status) => {
      const answer = await pressroom.call(method, path, { headers: { 'x-request-id': 'Test_1.2-3' } });
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject({ ...common, 'x-request-id': 'Test_1.2-3' });
      for (const name of ['x-powered-by', 'server']) expect(answer.headers.has(name)).toBe(false);
      if (status < 400) return;
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toMatchObject({ status, requestId: 'Test_1.2-3', instance: path.split('?')[0] });
      const explained = await pressroom.call('GET', answer.body.type, { key: null });
      expect(explained.body).toMatchObject({ code: answer.body.code, title: answer.body.title });
    });

    it.each(['with blank', 'x'.repeat(129), 'a;b', '<script>'])('makes an id of its own for %j', async (given) => {
      const { headers, body } = await pressroom.call('GET', '/nothing', { headers: { 'x-request-id': given } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.requestId).toBe(headers.get('x-request-id'));
    });

    it('says nothing of its insides, whatever the address', async () => {
      for (const path of ['/%00', '/v1/%2e%2e/%2e%2e/etc/passwd', '/..%5c..%5c', '/v1/reports/%ff', '/v1/reports/%']) {
        const { status, text } = await pressroom.call('GET', path);
        expect([400, 404]).toContain(status);
        expect(text).not.toMatch(/node_modules|\bat .*\.(js|ts)\b|SELECT|Error:/);
      }
    });
  });

  describe('methods', () => {
    it('answers a method that nobody knows', async () => {
      const { status, text } = await sendRaw(pressroom.url, [`${head('BREW /v1/reports')}Connection: close\r\n\r\n`]);
      expect(status).toBe(400);
      expect(text).toContain('application/problem+json');
    });
  });

  describe('Accept', () => {
    it.each(['*/*', 'application/*', 'text/html, application/json;q=0.1', 'Application/JSON'])(
      'answers JSON to %s',
      async (accept) => {
        expect((await pressroom.call('GET', '/v1/reports', { headers: { accept } })).status).toBe(200);
      },
    );

    it('answers JSON to a client that wants it in UTF-8', async () => {
      const headers = { accept: 'application/json; charset=utf-8' };
      expect((await pressroom.call('GET', '/v1/reports', { headers })).status).toBe(200);
    });
  });

  describe('bodies', () => {
    it('tells where JSON stops being JSON', async () => {
      const { body } = await post('{\n  "template": "sales",\n  oops\n}');
      expect(body.detail).toMatch(/line 3\b/);
    });

    it('takes 32 levels', async () => {
      const nested = `{"parameters": {"a": ${'['.repeat(30)}${']'.repeat(30)}}}`;
      expect((await post(nested)).status).toBe(422);
    });

    it('does not take __proto__ for anything else than an unknown member', async () => {
      const { status, body } = await post('{"__proto__": {"template": "sales"}}');
      expect(status).toBe(422);
      expect(body.errors).toContainEqual(expect.objectContaining({ pointer: '/__proto__', code: 'unknown-member' }));
    });

    it.each(['application', '', 'application/json, text/plain'])(
      'tells what it takes also for the malformed media type %j',
      async (type) => {
        const { status, headers } = await post('{}', { 'content-type': type });
        expect(status).toBe(415);
        expect(headers.get('accept-post')).toBe('application/json');
      },
    );

    it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
      'takes the media type %s',
      async (type) => {
        expect((await post(JSON.stringify(salesRequest), { 'content-type': type })).status).toBe(202);
      },
    );

    it('takes a body of exactly the limit', async () => {
      const body = JSON.stringify(salesRequest).padEnd(2 ** 20, ' ');
      expect((await post(body)).status).toBe(202);
    });

    it('answers 408 to a body that drips past its time, and closes', async () => {
      const start = `${head('POST /v1/reports')}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
      const { status, text, isClosed } = await sendRaw(pressroom.url, [start, ...Array<string>(8).fill(' ')], {
        pauseMs: 100,
      });
      expect({ status, isClosed }).toEqual({ status: 408, isClosed: true });
      expect(text).toContain('"request-timeout"');
    });

    it('outlives a client that goes away in the middle of its body', async () => {
      const start = `${head('POST /v1/reports')}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
      await sendRaw(pressroom.url, [start], { hangUpAfterMs: 50 });
      expect((await pressroom.call('GET', '/health/live')).status).toBe(200);
    });

    it('takes a second request over a connection on which the first was refused', async () => {
      const text = '{"x": 1}';
      const first = `${head('POST /v1/reports')}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
      const answer = await sendRaw(pressroom.url, [
        `${first}${text}${head('GET /health/live')}Connection: close\r\n\r\n`,
      ]);
      expect(answer.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 422', 'HTTP/1.1 200']);
    });
  });

  describe('what is not HTTP', () => {
    it.each([
      ['noise', 'hello\r\n\r\n'],
      ['two lengths', 'GET /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
      ['a length and chunks', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
      ['a header with a blank in its name', 'GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n'],
      ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ])('answers 4xx to %s, and closes', async (_, text) => {
      const answer = await sendRaw(pressroom.url, [text]);
      expect(answer.isClosed).toBe(true);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect((await pressroom.call('GET', '/health/live')).status).toBe(200);
    });

    it.each([
      ['noise', 'hello\r\n\r\n'],
      ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
      ['two Hosts', 'GET /health/live HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n'],
      [
        'a transfer coding that nobody decodes',
        'POST /v1/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      ],
    ])('answers %s with a problem and the common headers', async (_, request) => {
      const { text } = await sendRaw(pressroom.url, [request]);
      const [, headers, body] = /^HTTP\/1\.1 400 Bad Request\r\n([^]*?)\r\n\r\n([^]*)$/.exec(text)!;
      for (const name of [...Object.keys(common), 'x-request-id'])
        expect(headers!.toLowerCase()).toContain(`${name}: `);
      expect(JSON.parse(body!)).toMatchObject({ code: 'bad-request', status: 400 });
    });
  });

  describe('what is HTTP, if seldom seen', () => {
    it.each([
      ['HTTP/1.0 without Host', 'GET /health/live HTTP/1.0\r\n\r\n'],
      [
        'an expectation that is not known',
        'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: x\r\nConnection: close\r\n\r\n',
      ],
    ])('answers %s', async (_, request) => {
      const { status, text } = await sendRaw(pressroom.url, [request]);
      expect(status).toBe(200);
      expect(text).toMatch(/^x-request-id: /im);
    });
  });

  describe('health', () => {
    it('is told without a key, and never from a cache', async () => {
      const live = await pressroom.call('GET', '/health/live', { key: null });
      expect(live.body).toEqual({ status: 'ok', checks: {} });
      expect(live.headers.get('cache-control')).toBe('no-store');
      const ready = await pressroom.call('GET', '/health/ready', { key: null });
      expect(ready.body).toEqual({ status: 'ok', checks: { postgres: 'ok', redis: 'ok' } });
    });
  });
});
