import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';

describe('Postgres away', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({ env: () => ({ DATABASE_URL: way.to(pressroom.databaseUrl) }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(async () => {
    await way.turnOn();
    await expectPromisesKept(pressroom);
  });

  const ready = async () => (await pressroom.call('GET', '/health/ready')).status;

  it('makes the API answer 503, and never 202; it lives on, and serves when Postgres is back', async () => {
    const id = await pressroom.accept(salesRequest, { 'idempotency-key': 'before' });
    await pressroom.waitFor(id, 'succeeded');
    await way.turnOff();
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
    expect(await ready()).toBe(503);
    expect((await pressroom.call('GET', '/health/live')).status).toBe(200);

    await way.turnOn();
    await until('the API is ready', async () => ((await ready()) === 200 ? true : undefined));
    const replay = await pressroom.submit(salesRequest, { 'idempotency-key': 'before' });
    expect({ status: replay.status, id: replay.body.id }).toEqual({ status: 202, id });
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
  });

  it('does not lose a report that is being rendered', async () => {
    const { id, held } = await holdReport(pressroom);
    await way.turnOff();
    await held.release();
    await way.turnOn();
    await until('the API is ready', async () => ((await ready()) === 200 ? true : undefined));
    await pressroom.waitFor(id, 'succeeded');
  });

  it('lets nothing come of a report twice when it goes again and again', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => pressroom.submit(salesRequest)));
      ids.push(...answers.filter(({ status }) => status === 202).map(({ body }) => body.id));
      await way.turnOff();
      await way.turnOn();
      await until('the API is ready', async () => ((await ready()) === 200 ? true : undefined));
    }
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) await pressroom.waitFor(id, 'succeeded');
  });
});
