import { createHash } from 'node:crypto';
import type { Answer } from '../support/bodies';
import { letterDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';

interface Template {
  name: string;
  version: number;
  hash: string;
  createdAt: string;
  definition: object;
}

const yaml = `# how the service greets
pressroom: 1
name: greeting
body:
  - type: heading
    level: 1
    text: Good morning
`;

describe('templates', () => {
  const pressroom = usePressroom({ workers: 0 });

  const put = (name: string, body: object | string, type = 'application/json'): Promise<Answer<Template>> =>
    pressroom.call('PUT', `/v1/templates/${name}`, { body, headers: { 'content-type': type } });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer<Template>> =>
    pressroom.call('GET', `/v1/templates/${path}`, { headers });
  const letter = (name: string, text = 'Dear reader') => ({
    ...letterDefinition,
    name,
    body: [{ type: 'heading', level: 1, text }],
  });

  it('makes version 1, finds the same content again, and makes version 2 of other content', async () => {
    const first = await put('letter', letter('letter'));
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe('/v1/templates/letter/versions/1');
    expect(first.body).toMatchObject({ name: 'letter', version: 1, definition: letter('letter') });
    expect(first.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { body, name, pressroom: language } = letter('letter');
    const same = await put('letter', JSON.stringify({ body, name, pressroom: language }, null, 2));
    expect(same.status).toBe(200);
    expect(same.body).toEqual(first.body);
    const second = await put('letter', letter('letter', 'Dear all'));
    expect(second.status).toBe(201);
    expect(second.body.version).toBe(2);
    const third = await put('letter', letter('letter')); // back to the first content is a new version
    expect(third.status).toBe(201);
    expect(third.body).toMatchObject({ version: 3, hash: first.body.hash });
  });

  it('hashes the canonical JSON of the definition', async () => {
    const { body } = await put('hashed', letter('hashed'));
    const canonical = '{"body":[{"level":1,"text":"Dear reader","type":"heading"}],"name":"hashed","pressroom":1}';
    expect(body.hash).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  it('takes YAML, and takes it as the same as JSON that says the same', async () => {
    const first = await put('greeting', yaml, 'application/yaml');
    expect(first.status).toBe(201);
    expect((await put('greeting', letter('greeting', 'Good morning'))).status).toBe(200);
    expect((await put('greeting', yaml, 'application/yaml; charset=utf-8')).status).toBe(200);
  });

  it('never changes a version, not even by hand', async () => {
    await put('fixed', letter('fixed'));
    await put('fixed', letter('fixed', 'Other'));
    expect((await get('fixed/versions/1')).body.definition).toEqual(letter('fixed'));
    const change = pressroom.query(`UPDATE template_versions SET version = 9 WHERE name = 'fixed'`);
    await expect(change).rejects.toMatchObject({ code: 'RG003' });
  });

  it('gives the latest version, each version, and both lists', async () => {
    await put('several', letter('several'));
    await put('several', letter('several', 'Second'));
    expect((await get('several')).body).toMatchObject({ version: 2, definition: letter('several', 'Second') });
    expect((await get('several/versions/1')).body).toMatchObject({ version: 1, definition: letter('several') });
    const versions = await pressroom.call<{ data: Template[] }>('GET', '/v1/templates/several/versions');
    expect(versions.body.data.map(({ version }) => version)).toEqual([2, 1]);
    expect(versions.body.data[0]).not.toHaveProperty('definition');
    const all = await pressroom.call<{ data: Template[] }>('GET', '/v1/templates');
    const names = all.body.data.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(all.body.data).toContainEqual(versions.body.data[0]);
  });

  it('makes a report with the latest version, whichever process was told of it', async () => {
    const version = async (headers = {}, parameters = {}) =>
      (await pressroom.submit({ template: 'shared', parameters }, headers)).body.template;
    await put('shared', letter('shared', 'Dear reader'));
    for (let i = 0; i < 2; i++) expect(await version()).toEqual({ name: 'shared', version: 1 });
    const { url } = pressroom;
    await pressroom.startApi();
    await put('shared', letter('shared', 'Dear reader of the second'));
    pressroom.url = url; // of the process that only knows of the first
    expect(await version({ 'idempotency-key': 'shared' })).toEqual({ name: 'shared', version: 2 });
    expect(await version({ 'idempotency-key': 'shared' })).toEqual({ name: 'shared', version: 2 });
    expect(await version()).toEqual({ name: 'shared', version: 2 });
    await pressroom.startApi();
    const parameters = { type: 'object', additionalProperties: false, properties: { to: { type: 'string' } } };
    await put('shared', { ...letter('shared', 'Dear ${params.to}'), parameters });
    pressroom.url = url;
    expect(await version({}, { to: 'Zoë' })).toEqual({ name: 'shared', version: 3 }); // which does not fit the second
  });

  it('answers 304 while a version is the latest', async () => {
    const { headers } = await put('cached', letter('cached'));
    const etag = headers.get('etag')!;
    expect((await get('cached', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('cached/versions/1', { 'if-none-match': etag })).status).toBe(304);
    await put('cached', letter('cached', 'Other'));
    expect((await get('cached', { 'if-none-match': etag })).status).toBe(200);
  });

  it('gives parallel writers versions without gaps or doubles', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => put('race', letter('race', `Text ${index}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    const versions = answers.map(({ body }) => body.version).sort((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it.each(['none', 'none/versions', 'letter/versions/99', 'letter/versions/0', 'letter/versions/x', '%00', 'a%2Fb'])(
    'answers 404 for templates/%s',
    async (path) => {
      const { status, text } = await get(path);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({ code: 'template-not-found' });
    },
  );

  it.each(['-a', '.a', 'a%20b', 'a@1', '%C3%A4', 'a%2Fb'])('refuses the name %s', async (name) => {
    const { status, text } = await put(name, letter('a'));
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid-parameter', parameter: 'name' });
  });

  it('refuses a name that is too long in the same words', async () => {
    const { status, text } = await put('x'.repeat(101), letter('a'));
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid-parameter', parameter: 'name' });
  });

  it.each([
    ['an unknown element', { ...letter('x'), body: [{ type: 'hedding', text: 'x' }] }, /^\/body\/0/],
    ['an unknown member', { ...letter('x'), bdy: [] }, /^\/bdy$/],
    ['a missing body', { pressroom: 1, name: 'x' }, /^/],
    ['an unknown field in an expression', { ...letter('x', '${params.nothing}') }, /^\/body\/0\/text/],
    ['another name than the address', letter('y'), /^\/name$/],
    ['a list', [], /^$/],
  ])('refuses %s with a pointer to it', async (_, body, pointer) => {
    const { status, text } = await put('x', body);
    expect(status).toBe(422);
    const { code, errors } = JSON.parse(text) as { code: string; errors: { pointer: string; detail: string }[] };
    expect(code).toBe('validation-failed');
    expect(errors[0]?.pointer).toMatch(pointer);
    expect(errors[0]?.detail.length).toBeGreaterThan(10);
    expect((await get('x')).status).toBe(404);
  });

  it.each([
    ['a tab as indent', 'a:\n\t- b', 422],
    ['a member that is there twice', `${yaml}name: other\n`, 422],
    ['aliases that grow without end', bomb(), 422],
    ['a tag of a language', 'pressroom: !!js/function "x"\n', 422],
    ['a list', '- a\n', 422],
    ['nothing', '', 422],
    ['two documents', `${yaml}---\n${yaml}`, 422],
  ])('refuses YAML that is %s', async (_, text, expected) => {
    const { status, text: answer } = await put('greeting', text, 'application/yaml');
    expect({ status, answer }).toMatchObject({ status: expected });
  });

  it.each(['text/yaml', 'text/plain', 'application/json; charset=latin1', ''])('answers 415 to %j', async (type) => {
    const answer = await put('typed', Buffer.from('{}').toString(), type);
    expect(answer.status).toBe(415);
  });

  it('refuses a report that the template does not fit only as far as the template says', async () => {
    await put('letter', letter('letter', 'Last'));
    const { status } = await pressroom.submit({ ...salesRequest, template: 'letter' });
    expect(status).toBe(422);
  });
});

/** A few lines that stand for a billion. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
