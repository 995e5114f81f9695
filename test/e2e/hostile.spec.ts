import { letterDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';

/** Requests that are meant to do harm, or to reach what nobody thought of: refused in words, and survived. */
describe('hostile requests', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());
  afterEach(async () => {
    expect(pressroom.api.isRunning).toBe(true);
    expect(pressroom.liveWorkers).toHaveLength(1);
    expect(pressroom.api.output).not.toContain('internal-error');
    expect((await pressroom.call('GET', '/health/live')).status).toBe(200);
  });

  const withParameters = (schema: object) => ({ ...letterDefinition, parameters: { type: 'object', ...schema } });
  const submitText = (body: string) =>
    pressroom.call('POST', '/v1/reports', { body, headers: { 'content-type': 'application/json' } });
  const putYaml = (text: string) =>
    pressroom.call('PUT', '/v1/templates/letter', { body: text, headers: { 'content-type': 'application/yaml' } });

  it.each([
    ['a schema that is checked later than we look', { $async: true, required: ['a'] }],
    ['a schema of elsewhere', { properties: { a: { $ref: 'http://127.0.0.1:1/schema' } } }],
    ['a schema of the disk', { $ref: 'file:///etc/passwd' }],
    ['a name for a schema', { $id: 'http://example.com/schema' }],
    ['a schema that is none', { type: 'objekt' }],
    ['a pattern that is none', { properties: { a: { type: 'string', pattern: '(' } } }],
    ['a pattern that never ends', { properties: { a: { type: 'string', pattern: '^(a+)+$' } } }],
    ['a member called __proto__', JSON.parse('{"properties": {"__proto__": {"type": "string"}}}') as object],
  ])('refuses parameters with %s', async (_, schema) => {
    const { status } = await pressroom.submit({ definition: withParameters(schema) });
    expect(status).toBe(422);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'refuses a dataset called %s, or has it as any other',
    async (name) => {
      const data = JSON.parse(`{"${name}": {"fields": {"a": "string"}}}`) as object;
      const rows = JSON.parse(`{"${name}": [{"a": "x"}]}`) as object;
      const missing = await pressroom.submit({ definition: { ...letterDefinition, data } });
      expect(missing.status).toBe(422);
      const given = await pressroom.submit({ definition: { ...letterDefinition, data }, data: rows });
      if (given.status === 202) await pressroom.waitFor(given.body.id, 'succeeded');
      else expect(given.status).toBe(422);
    },
  );

  const textsWith = (expression: string) => ({
    ...letterDefinition,
    body: [{ type: 'text', text: `\${${expression}}` }],
  });
  const nested = (depth: number, open: string, close: string) => open.repeat(depth) + '1' + close.repeat(depth);

  it.each([
    ['twenty thousand levels', `{"pressroom":1,"body":${nested(20_000, '[', ']')}}`, 400],
    ['a text of a million characters', JSON.stringify({ ...letterDefinition, title: 'x'.repeat(1_000_000) }), 422],
    ['a hundred thousand elements', JSON.stringify({ ...letterDefinition, body: Array<number>(100_000).fill(0) }), 422],
    ['an expression of ten thousand brackets', JSON.stringify(textsWith(nested(9_000, '(', ')'))), 422],
    ['an expression of ten thousand terms', JSON.stringify(textsWith(`1${'+1'.repeat(9_000)}`)), 422],
    [
      'an expression of nested loops',
      JSON.stringify(textsWith(`${'[1,2,3].all(x,'.repeat(50)}true${')'.repeat(50)}`)),
      422,
    ],
    [
      'an expression that never ends to match',
      JSON.stringify(textsWith(`'${'a'.repeat(50)}'.matches('^(a+)+$')`)),
      422,
    ],
    ['a way to the prototype', JSON.stringify(textsWith('params.constructor.constructor("return process")()')), 422],
  ])('refuses a definition with %s', async (_, definition, expected) => {
    const headers = { 'content-type': 'application/json' };
    const validated = await pressroom.call('POST', '/v1/definitions/validate', { body: definition, headers });
    expect(validated).toMatchObject({ status: expected });
    expect(validated.body.detail).toMatch(/\w/);
    expect((await submitText(`{"definition":${definition}}`)).status).toBe(expected);
    expect((await pressroom.call('PUT', '/v1/templates/letter', { body: definition, headers })).status).toBe(expected);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses fields, parameters and rows called %s', async (name) => {
    const named = (value: unknown) => JSON.parse(`{"${name}": ${JSON.stringify(value)}}`) as object;
    const fields = { ...letterDefinition, data: { rows: { fields: named('string') } } };
    const compute = { ...letterDefinition, data: { rows: { fields: { a: 'string' }, compute: named('row.a') } } };
    for (const definition of [fields, compute, withParameters({ properties: named({ type: 'string' }) })])
      expect((await pressroom.submit({ definition })).status).toBe(422);
    const { parameters, data, ...rest } = salesRequest;
    const polluted = [
      { ...rest, data, parameters: { ...parameters, ...named('x') } },
      { ...rest, parameters, data: { ...data, ...named([]) } },
    ];
    for (const request of polluted) expect((await pressroom.submit(request)).status).toBe(422);
  });

  const longExpression = (index: number) => Array.from({ length: 18 }, (_, term) => `(${index}+${term})*2`).join(' + ');
  const largeDefinition = (texts: number, islands: number) => ({
    ...letterDefinition,
    body: Array.from({ length: texts }, (_, index) => ({
      type: 'text',
      text: Array.from({ length: islands }, (__, island) => `\${${longExpression(index + island)}}`).join(' '),
    })),
  });

  it('answers others while it compiles a definition of thousands of long expressions', async () => {
    const definition = largeDefinition(480, 9);
    const compiling = new AbortController();
    const answer = pressroom.submit({ definition }).finally(() => compiling.abort());
    let others = 0;
    for (; !compiling.signal.aborted; others++) await pressroom.call('GET', '/health/live', { key: null });
    expect((await answer).status).toBe(202);
    expect(others).toBeGreaterThan(20); // with nothing but one process that compiles, it is hardly one
    await pressroom.waitFor((await answer).body.id, 'succeeded');
  });

  it('refuses large definitions for a moment when too many wait to be compiled', async () => {
    const validate = (definition: object) => pressroom.call('POST', '/v1/definitions/validate', { body: definition });
    const answers = await Promise.all([
      validate(largeDefinition(480, 8)),
      ...Array.from({ length: 40 }, (_, index) => validate(largeDefinition(80 + index, 1))),
    ]);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused) expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(answers.length - refused.length).toBeGreaterThan(20); // all that wait are answered
    expect((await validate(largeDefinition(100, 1))).status).toBe(200);
  });

  it.each([
    ['among the rows', '{"template":"sales","parameters":{"month":"May"},"data":{"sales":[{"amount":1e999}]}}'],
    ['among the parameters', '{"template":"sales","parameters":{"month":-1e999},"data":{"sales":[]}}'],
    ['where it is not known', '{"template":"sales","x":1e999}'],
  ])('refuses a number that is too large %s', async (_, body) => {
    const { status } = await submitText(body);
    expect([400, 422]).toContain(status);
  });

  it('refuses numbers that JSON has but that would lose digits', async () => {
    for (const amount of ['12345678901234567890', '0.12345678901234567890']) {
      const { status, body } = await submitText(
        `{"template":"sales","parameters":{"month":"May"},"data":{"sales":[{"amount":${amount}}]}}`,
      );
      expect(status).toBe(422);
      expect(body.errors?.[0]).toMatchObject({ pointer: '/data/sales/0/amount' });
    }
  });

  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'])(
    'answers 4xx to the time %s, or takes it whole',
    async (time) => {
      for (const name of ['createdAfter', 'createdBefore']) {
        const { status } = await pressroom.call('GET', `/v1/reports?${name}=${encodeURIComponent(time)}`);
        expect([200, 400]).toContain(status);
      }
      const { status, body } = await pressroom.submit({ ...salesRequest, asOf: time });
      expect([202, 422]).toContain(status);
      if (status === 202) await pressroom.waitFor(body.id, 'succeeded');
    },
  );

  it.each([
    ['infinity', 'parameters: {type: object, properties: {a: {type: number, maximum: .inf}}}'],
    ['no number', 'parameters: {type: object, properties: {a: {type: number, default: .nan}}}'],
    ['five thousand levels', `parameters: ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ])('refuses YAML with %s, as JSON with it is refused', async (_, line) => {
    const { status } = await putYaml(
      `pressroom: 1\nname: letter\n${line}\nbody: [{type: heading, level: 1, text: a}]\n`,
    );
    expect(status).toBe(422);
  });

  it.each([
    ['a NUL', 'title: "a\\0b"'],
    ['half a surrogate pair', 'title: "a\\ud800b"'],
  ])('refuses YAML with %s, as JSON with it is refused', async (_, line) => {
    const { status } = await putYaml(
      `pressroom: 1\nname: letter\n${line}\nbody: [{type: heading, level: 1, text: a}]\n`,
    );
    expect(status).toBe(422);
  });

  it('renders text that few fonts have, and values that are no text', async () => {
    const upload = await pressroom.upload(
      [{ region: 'a\u0000\ud800\u202e' }, { region: '🦅'.repeat(2_000) }, { region: { a: [1] } }, {}]
        .map((row) => JSON.stringify(row))
        .join('\n'),
      'application/x-ndjson',
    );
    const id = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    const { status, error } = await untilEnded(id);
    if (status === 'failed') expect(error).toMatchObject({ code: 'data_invalid' });
    else expect(status).toBe('succeeded');
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
  });

  it('never shows a file for longer than its report', async () => {
    const { body } = await pressroom.submit({ ...salesRequest, expiresIn: 365 * 86_400 });
    const { fileExpiresAt, recordExpiresAt } = await pressroom.waitFor(body.id, 'succeeded');
    expect(Date.parse(fileExpiresAt!)).toBeLessThanOrEqual(Date.parse(recordExpiresAt!));
  });

  function untilEnded(id: string) {
    return pressroom.waitFor(id, 'succeeded').catch(() => pressroom.report(id));
  }
});
