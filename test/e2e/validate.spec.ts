import { definitionSchema } from '../../src/engine';
import type { Answer, ProblemBody } from '../support/bodies';
import { letterDefinition, salesDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';

interface Validation {
  valid: true;
  name: string;
  streamable: boolean;
  reason: string;
  parameters: { schema: object; types: Record<string, string | null> };
  datasets: Record<string, { passes: { count: number; spooled: boolean; reason: string } }>;
  request?: { template: object | null; parameters: object; data: object; totalRows: number };
}

/** A service without workers: what would be stored would stay. */
const pressroom = usePressroom({ workers: 0 });

const rowsOf = async (table: string): Promise<unknown> =>
  (await pressroom.query<{ count: string }>(`SELECT count(*) FROM ${table}`))[0]!.count;

describe('POST /v1/definitions/validate', () => {
  const validate = <T = Validation>(body: object | string, type = 'application/json'): Promise<Answer<T>> =>
    pressroom.call<T>('POST', '/v1/definitions/validate', { body, headers: { 'content-type': type } });

  it('says what a definition takes, and that it streams', async () => {
    const { status, headers, body } = await validate(salesDefinition);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      valid: true,
      name: 'sales',
      streamable: true,
      reason: 'Pages are made while the rows still come.',
      parameters: { schema: salesDefinition.parameters, types: { month: 'string' } },
      datasets: {
        sales: {
          fields: {
            region: { from: 'region', type: 'string', required: false },
            amount: { from: 'amount', type: 'decimal', required: false },
          },
          computed: {},
          aggregates: {},
          passes: { count: 1, spooled: false, reason: 'its rows are laid out while they come' },
        },
      },
    });
  });

  it('says why rows have to wait', async () => {
    const data = { sales: { ...salesDefinition.data.sales, aggregates: { revenue: { sum: 'amount' } } } };
    const { body } = await validate({ ...salesDefinition, data });
    expect(body).toMatchObject({
      streamable: false,
      datasets: { sales: { aggregates: { revenue: 'decimal' }, passes: { count: 2, spooled: true } } },
    });
    expect(body.reason).toContain('its aggregates are known before the first page');
  });

  it('takes YAML, and points to the lines of every fault at once', async () => {
    const sound = await validate('pressroom: 1\nbody: [{ type: heading, level: 1, text: a }]\n', 'application/yaml');
    expect(sound.status).toBe(200);
    const text = 'pressroom: 1\nbdy: 1\nbody:\n  - { type: hedding }\n  - { type: text, text: "${params.x}" }\n';
    const { status, body } = await validate<ProblemBody>(text, 'application/yaml');
    expect(status).toBe(422);
    expect(body.code).toBe('validation-failed');
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: '/bdy', code: 'unknown-member', line: 2, column: 1 }),
      expect.objectContaining({ pointer: '/body/0/type', code: 'value-not-allowed', line: 4, column: 13 }),
      expect.objectContaining({ pointer: '/body/1/text', code: 'expression-invalid', line: 5, column: 25 }),
    ]);
  });

  it.each([
    ['JSON that is malformed', '{"pressroom":', 'application/json', 400, 'malformed-json'],
    ['YAML that is malformed', 'a: [', 'application/yaml', 422, 'validation-failed'],
    ['a list', '[]', 'application/json', 422, 'validation-failed'],
    ['another media type', 'a', 'text/plain', 415, 'unsupported-media-type'],
    ['nothing', '', 'application/json', 400, 'malformed-json'],
  ])('answers to %s as registering a template does', async (_, body, type, status, code) => {
    const answer = await validate<ProblemBody>(body, type);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    const put = await pressroom.call('PUT', '/v1/templates/x', { body, headers: { 'content-type': type } });
    expect({ ...answer.body, instance: '', requestId: '' }).toEqual({ ...put.body, instance: '', requestId: '' });
  });

  it('stores nothing, and asks for a key', async () => {
    expect(await rowsOf('template_versions')).toBe('0');
    const answer = await pressroom.call('POST', '/v1/definitions/validate', { body: letterDefinition, key: null });
    expect(answer.status).toBe(401);
  });
});

describe('POST /v1/reports with dryRun', () => {
  const rehearse = (body: object, headers: Record<string, string> = {}): Promise<Answer<Validation>> =>
    pressroom.call<Validation>('POST', '/v1/reports', { body: { ...body, dryRun: true }, headers });
  beforeAll(async () => {
    await pressroom.putTemplate();
    const second = { ...salesDefinition, title: 'The second version' };
    await pressroom.putTemplate(second);
  });

  it('resolves the template, checks parameters and rows, and accepts nothing', async () => {
    const { status, headers, body } = await rehearse(salesRequest);
    expect(status).toBe(200);
    expect(headers.get('location')).toBeNull();
    expect(body).toMatchObject({ valid: true, name: 'sales', streamable: true });
    expect(body.request).toEqual({
      template: { name: 'sales', version: 2 },
      parameters: { month: 'May' },
      data: { sales: { rows: 2 } },
      totalRows: 2,
    });
    expect(await rowsOf('reports')).toBe('0');
  });

  it('counts the rows of uploads, and shows the defaults of parameters', async () => {
    const upload = await pressroom.upload('region,amount\nNorth,1\nSouth,2\nEast,3\n');
    const parameters = { type: 'object', properties: { month: { type: 'string', default: 'June' } } };
    const { body } = await rehearse({ definition: { ...salesDefinition, parameters }, data: { sales: { upload } } });
    expect(body.request).toEqual({
      template: null,
      parameters: { month: 'June' },
      data: { sales: { upload } },
      totalRows: 3,
    });
  });

  it.each([
    ['a parameter that is missing', { ...salesRequest, parameters: {} }, 422, '/parameters/month'],
    ['a dataset that is missing', { ...salesRequest, data: {} }, 422, '/data/sales'],
    ['a faulty definition', { definition: { ...letterDefinition, body: [{}] } }, 422, '/definition/body/0'],
    ['an unknown member', { ...salesRequest, colour: 1 }, 422, '/colour'],
  ])('refuses %s in the words of a real request', async (_, request, status, pointer) => {
    const answer = await pressroom.call('POST', '/v1/reports', { body: { ...request, dryRun: true } });
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.map((each) => each.pointer)).toContain(pointer);
    const real = await pressroom.call('POST', '/v1/reports', { body: request });
    expect(answer.body.errors).toEqual(real.body.errors);
  });

  it('neither remembers an idempotency key nor answers with what one made', async () => {
    const headers = { 'idempotency-key': 'dry' };
    expect((await rehearse(salesRequest, headers)).status).toBe(200);
    expect(await rowsOf('idempotency_keys')).toBe('0');
    const real = await pressroom.submit(salesRequest, headers);
    expect(real.status).toBe(202);
    expect(real.headers.get('idempotent-replayed')).toBeNull();
    expect((await rehearse(salesRequest, headers)).status).toBe(200);
    const blank = await pressroom.submit({ ...salesRequest, dryRun: true }, { 'idempotency-key': 'a b' });
    expect(blank.status).toBe(400);
  });

  it('is a report like any other when it is false', async () => {
    expect((await pressroom.submit({ ...salesRequest, dryRun: false })).status).toBe(202);
  });
});

describe('GET /v1/definitions/schema', () => {
  const get = (headers = {}) => pressroom.call<object>('GET', '/v1/definitions/schema', { key: null, headers });

  it('gives everyone the schema that definitions are checked against', async () => {
    const { status, headers, body } = await get();
    expect([status, headers.get('content-type')]).toEqual([200, 'application/schema+json; charset=utf-8']);
    expect(body).toEqual(definitionSchema);
    expect((await get({ 'if-none-match': headers.get('etag') })).status).toBe(304);
  });

  it('may be named by a definition', async () => {
    const body = { $schema: `${pressroom.url}/v1/definitions/schema`, ...letterDefinition };
    expect((await pressroom.call('POST', '/v1/definitions/validate', { body })).status).toBe(200);
  });
});
