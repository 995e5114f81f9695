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

describe('a Postgres that may forget what it has committed', () => {
  const pressroom = usePressroom({ workers: 0 });

  it('is refused at the start, in words that say how to mend it', async () => {
    expect(await pressroom.query('SHOW fsync')).toEqual([{ fsync: 'off' }]);
    const refused = pressroom.startWorker({ PRESSROOM_ALLOW_DATA_LOSS: 'false' });
    await expect(refused).rejects.toThrow(/ended with 78 .*may forget .*fsync = off.*PRESSROOM_ALLOW_DATA_LOSS=true/s);
  });
});
