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

    it('answers a method that nobody knows', async () => {
      const { status, text } = await sendRaw(pressroom.url, [`${head('BREW /v1/reports')}Connection: close\r\n\r\n`]);
      expect(status).toBe(400);
      expect(text).toContain('application/problem+json');
    });
  });

  describe('Accept', () => {
    it.each(['text/html', 'application/xml;q=1', 'application/json;q=0', 'image/*'])(
      'answers 406 to %s',
      async (accept) => {
        const { status, headers, body } = await pressroom.call('GET', '/v1/reports', { headers: { accept } });
        expect({ status, code: body.code }).toEqual({ status: 406, code: 'not-acceptable' });
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
      },
    );

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

    it('tells where JSON stops being JSON', async () => {
      const { body } = await post('{\n  "template": "sales",\n  oops\n}');
      expect(body.detail).toMatch(/line 3\b/);
    });

    it('takes 32 levels', async () => {
      const nested = `{"parameters": {"a": ${'['.repeat(30)}${']'.repeat(30)}}}`;
      expect((await post(nested)).status).toBe(422);
    });

    it.each([
      ['a value', '{"reference": "a\\u0000b"}', '/reference'],
      ['a name', '{"parameters": {"a\\u0000b": 1}}', '/parameters/a\u0000b'],
    ])('refuses a NUL in %s with 422', async (_, text, pointer) => {
      const { status, body } = await post(text);
      expect(status).toBe(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer })]);
    });

    it('does not take __proto__ for anything else than an unknown member', async () => {
      const { status, body } = await post('{"__proto__": {"template": "sales"}}');
      expect(status).toBe(422);
      expect(body.errors).toContainEqual(expect.objectContaining({ pointer: '/__proto__', code: 'unknown-member' }));
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'])(
      'answers 415 to the media type %j',
      async (type) => {
        const { status, headers, body } = await post('{}', { 'content-type': type });
        expect({ status, code: body.code }).toEqual({ status: 415, code: 'unsupported-media-type' });
        expect(headers.get('accept-post')).toBe('application/json');
      },
    );

    it.each(['application', ''])('tells what it takes also for the malformed media type %j', async (type) => {
      const { status, headers } = await post('{}', { 'content-type': type });
      expect(status).toBe(415);
      expect(headers.get('accept-post')).toBe('application/json');
    });

    it('answers 415 to a content encoding', async () => {
      const { status, headers } = await post('{}', { ...json, 'content-encoding': 'gzip' });
      expect(status).toBe(415);
      expect(headers.get('accept-encoding')).toBe('identity');
    });

    it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
      'takes the media type %s',
      async (type) => {
        expect((await post(JSON.stringify(salesRequest), { 'content-type': type })).status).toBe(202);
      },
    );

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
      ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
      ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ])('answers 4xx to %s, and closes', async (_, text) => {
      const answer = await sendRaw(pressroom.url, [text]);
      expect(answer.isClosed).toBe(true);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect((await pressroom.call('GET', '/health/live')).status).toBe(200);
    });

    it('answers noise with a problem and the common headers', async () => {
      const { text } = await sendRaw(pressroom.url, ['hello\r\n\r\n']);
      const [, headers, body] = /^HTTP\/1\.1 400 Bad Request\r\n([^]*?)\r\n\r\n([^]*)$/.exec(text)!;
      for (const name of [...Object.keys(common), 'x-request-id'])
        expect(headers!.toLowerCase()).toContain(`${name}: `);
      expect(JSON.parse(body!)).toMatchObject({ code: 'bad-request', status: 400 });
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
