import type { Answer, ProblemBody } from '../support/bodies';
import { letterDefinition } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

describe('A backlog over its limit', () => {
  const pressroom = usePressroom({
    workers: 0,
    env: () => ({ PRESSROOM_MAX_QUEUED_PER_TENANT: '5', PRESSROOM_MAX_QUEUED: '7' }),
  });
  let other: string;
  beforeAll(async () => {
    other = await pressroom.createKey('other');
    await pressroom.putTemplate(letterDefinition);
    await pressroom.putTemplate(letterDefinition, other);
  });

  const letter = { template: 'letter' };
  const submit = (key?: string, headers = {}) => pressroom.submit(letter, headers, key);
  const submitBatch = (reports: number, key?: string): Promise<Answer<ProblemBody>> =>
    pressroom.call('POST', '/v1/report-batches', { body: { reports: Array(reports).fill(letter) }, key });
  const codeOf = ({ status, text }: { status: number; text: string }) =>
    status < 400 ? status : (JSON.parse(text) as ProblemBody).code;
  const comesAgain = ({ headers }: { headers: Headers }) =>
    expect(headers.get('retry-after')).toMatch(/^([1-9]|[12]\d|30)$/);

  it("answers 429 quota-exceeded for the tenant's own, batches counting as many, and takes what fits", async () => {
    expect(codeOf(await submitBatch(6))).toBe('quota-exceeded');
    expect((await submit(undefined, { 'idempotency-key': 'first' })).status).toBe(202);
    expect(codeOf(await submitBatch(2))).toBe(202);
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(8);
    for (const answer of refused) comesAgain(answer);
    expect(codeOf(refused[0]!)).toBe('quota-exceeded');
    expect(refused[0]!.text).toContain('At most 5 reports of a tenant may wait at once; 5 do');
    expect(await pressroom.query('SELECT FROM reports')).toHaveLength(5);
  });

  it('refuses no repetition of what was accepted, and nothing that stores no report', async () => {
    const replay = await submit(undefined, { 'idempotency-key': 'first' });
    expect({ status: replay.status, replayed: replay.headers.get('idempotent-replayed') }).toEqual({
      status: 202,
      replayed: 'true',
    });
    expect((await pressroom.submit({ ...letter, dryRun: true })).status).toBe(200);
  });

  it('answers 503 temporary-reduced-capacity when it is that of all', async () => {
    const refused = await submitBatch(3, other);
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 503,
      code: 'temporary-reduced-capacity',
    });
    comesAgain(refused);
    expect(codeOf(await submitBatch(2, other))).toBe(202);
    expect(codeOf(await submit(other))).toBe('temporary-reduced-capacity');
  });

  it('takes reports again as soon as there is room', async () => {
    await pressroom.startWorker();
    for (const key of [undefined, other])
      await until('there is room', async () => ((await submit(key)).status === 202 ? true : undefined));
  });
});
