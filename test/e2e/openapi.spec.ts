import { salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';

type Schema = Record<string, unknown>;

interface Operation {
  summary?: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, object>; schemas?: Record<string, Schema> };
  security: object[];
}

const routes = [
  'delete /v1/api-keys/{id}',
  'delete /v1/reports/{id}',
  'delete /v1/uploads/{id}',
  'delete /v1/webhook-endpoints/{id}',
  'get /health/live',
  'get /health/ready',
  'get /problems/{name}',
  'get /v1/api-keys',
  'get /v1/api-keys/{id}',
  'get /v1/definitions/schema',
  'get /v1/downloads/{token}',
  'get /v1/report-batches/{id}',
  'get /v1/reports',
  'get /v1/reports/{id}',
  'get /v1/reports/{id}/events',
  'get /v1/reports/{id}/file',
  'get /v1/templates',
  'get /v1/templates/{name}',
  'get /v1/templates/{name}/versions',
  'get /v1/templates/{name}/versions/{version}',
  'get /v1/uploads/{id}',
  'get /v1/webhook-deliveries',
  'get /v1/webhook-endpoints',
  'get /v1/webhook-endpoints/{id}',
  'patch /v1/webhook-endpoints/{id}',
  'post /v1/api-keys',
  'post /v1/api-keys/{id}/rotate',
  'post /v1/definitions/validate',
  'post /v1/report-batches',
  'post /v1/report-batches/{id}/cancel',
  'post /v1/reports',
  'post /v1/reports/{id}/cancel',
  'post /v1/reports/{id}/download-links',
  'post /v1/uploads',
  'post /v1/webhook-deliveries/{id}/redeliver',
  'post /v1/webhook-endpoints',
  'post /v1/webhook-endpoints/{id}/rotate-secret',
  'post /v1/webhook-endpoints/{id}/test',
  'put /v1/templates/{name}',
];

describe('the description of the API', () => {
  const pressroom = usePressroom({ workers: 0 });
  let document: Document;
  let operations: [string, Operation][];

  beforeAll(async () => {
    const { status, headers, body } = await pressroom.call<Document>('GET', '/openapi.json', { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    document = body;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
  });

  it('has every route of the service, and no other', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(operations.map(([route]) => route).sort()).toEqual(routes);
  });

  it('describes every operation: what it does, its path parameters, its success, its problems', () => {
    for (const [route, operation] of operations) {
      expect({ route, summary: operation.summary }).toEqual({ route, summary: expect.stringMatching(/\w/) as string });
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(route.match(/\{\w+\}/g) ?? []);
      expect(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect({ route, status, description }).toMatchObject({ description: expect.stringMatching(/\w/) as string });
        if (/^[45]/.test(status) && !route.includes('/health/'))
          expect(Object.keys(content!)).toEqual(['application/problem+json']);
      }
      if (/^(post|put) \/v1\/(reports|report-batches|templates\/\{name\}|uploads)$/.test(route))
        expect(Object.keys(operation.requestBody!.content).length).toBeGreaterThan(0);
    }
  });

  it('says which routes need a key', () => {
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components.securitySchemes).toHaveProperty('bearer');
    const open = operations.filter(([, { security }]) => JSON.stringify(security) === '[{}]');
    expect(open.map(([route]) => route).sort()).toEqual([
      'get /health/live',
      'get /health/ready',
      'get /problems/{name}',
      'get /v1/definitions/schema',
      'get /v1/downloads/{token}',
    ]);
  });

  it('refers to nothing that is not there', () => {
    const resolve = (pointer: string): unknown =>
      pointer
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Schema | undefined)?.[decodeURIComponent(name)], document);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer]) => pointer!);
    const broken = references.filter((pointer) => !pointer.startsWith('#/') || resolve(pointer) === undefined);
    expect([...new Set(broken)]).toEqual([]);
  });

  it('names the members that a report has', async () => {
    await pressroom.putTemplate();
    const { text } = await pressroom.submit(salesRequest);
    const { schema } = document.paths['/v1/reports/{id}']!.get!.responses['200']!.content!['application/json']!;
    const described = Object.keys(schema.properties as object).sort();
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(described);
  });

  it('names the members that a batch has', async () => {
    const { text } = await pressroom.call('POST', '/v1/report-batches', { body: { reports: [salesRequest] } });
    const { schema } = document.paths['/v1/report-batches/{id}']!.get!.responses['200']!.content!['application/json']!;
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(Object.keys(schema.properties as object).sort());
  });

  it('names the query parameters of the list', () => {
    const { parameters } = document.paths['/v1/reports']!.get!;
    const names = parameters!.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    expect(names.sort()).toEqual([
      'batchId',
      'createdAfter',
      'createdBefore',
      'cursor',
      'limit',
      'reference',
      'status',
      'template',
    ]);
  });

  it('can be read on a page that loads nothing from elsewhere', async () => {
    const page = await pressroom.call('GET', '/docs', { key: null });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, path] of page.text.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g))
      expect((await pressroom.call('GET', path!, { key: null })).status).toBe(200);
  });
});
