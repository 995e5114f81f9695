import { letterDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';
import { uuidOf } from '../support/public-id';

describe('lanes', () => {
  const pressroom = usePressroom({
    env: () => ({
      PRESSROOM_LONG_ROWS: '0',
      PRESSROOM_LONG_CONCURRENCY: '1',
      PRESSROOM_TENANT_WINDOW: '3',
    }),
  });
  beforeAll(async () => {
    await pressroom.putTemplate();
    await pressroom.putTemplate(letterDefinition);
  });

  it('lets short reports pass the long ones of their own tenant, running and waiting', async () => {
    const { id: running, held } = await holdReport(pressroom);
    const long = await Promise.all(Array.from({ length: 5 }, () => pressroom.accept(salesRequest)));
    for (let index = 0; index < 10; index++)
      await pressroom.waitFor(await pressroom.accept({ template: 'letter' }), 'succeeded');
    expect((await pressroom.report(running)).status).toBe('running');
    for (const id of long) expect((await pressroom.report(id)).status).toBe('queued');
    await held.release();
    for (const id of [running, ...long]) await pressroom.waitFor(id, 'succeeded');
    await expectPromisesKept(pressroom);
  });
});

describe('fair scheduling', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_TENANT_WINDOW: '3' }) });
  let other: string;
  beforeAll(async () => {
    other = await pressroom.createKey('other');
    await pressroom.putTemplate();
    await pressroom.putTemplate(letterDefinition);
    await pressroom.putTemplate(letterDefinition, other);
  });
  afterEach(() => expectPromisesKept(pressroom));

  const letter = { template: 'letter' };
  const started = async (): Promise<string[]> =>
    (
      await pressroom.query<{ id: string }>('SELECT id FROM reports WHERE state = $1 ORDER BY started_at', [
        'succeeded',
      ])
    ).map(({ id }) => id);

  it("lets the first report of a tenant pass another's backlog", async () => {
    const { held } = await holdReport(pressroom);
    const backlog: string[] = [];
    for (let round = 0; round < 5; round++)
      backlog.push(...(await Promise.all(Array.from({ length: 10 }, () => pressroom.accept(letter)))));
    const single = await pressroom.accept(letter, {}, other);
    await held.release();
    await pressroom.waitFor(single, 'succeeded', other);
    for (const id of backlog) await pressroom.waitFor(id, 'succeeded');
    // Before it came what was running, and at most what the bell had been rung for already.
    expect((await started()).indexOf(uuidOf(single))).toBeLessThanOrEqual(1 + 3);
  });

  it('lets an urgent report pass the backlog of its own tenant', async () => {
    const { held } = await holdReport(pressroom);
    const backlog = await Promise.all(
      Array.from({ length: 10 }, () => pressroom.accept({ ...letter, priority: 'low' })),
    );
    const urgent = await pressroom.accept({ ...letter, priority: 'high' });
    await held.release();
    for (const id of [urgent, ...backlog]) await pressroom.waitFor(id, 'succeeded');
    const order = (await started()).slice(-backlog.length - 1);
    expect(order.indexOf(uuidOf(urgent))).toBeLessThanOrEqual(3);
  });
});
