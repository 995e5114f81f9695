import Redis from 'ioredis';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { findRedis, searchPlaces } from '../../src/embedded/find-binaries';
import { freePort } from '../../src/embedded/free-port';
import { salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';
import { redisUrl } from '../support/services';
import { useSwitch } from '../support/switch';

describe('Redis that is made a replica while another takes over its address', () => {
  const way = useSwitch();
  let server: ChildProcess;
  let demoted: Redis;
  let address: string;

  beforeAll(async () => {
    const { password } = new URL(redisUrl);
    const port = await freePort();
    const settings = { port, bind: '127.0.0.1', requirepass: password, save: '' };
    const { path } = findRedis(searchPlaces(process.env.PATH))!;
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    server = spawn(path, args, { stdio: 'ignore' });
    const url = Object.assign(new URL(redisUrl), { port }).href;
    demoted = new Redis(url, { retryStrategy: () => 50 }); // until it has started
    demoted.on('error', () => undefined);
    await demoted.ping();
    await way.turnOn();
    address = way.to(url);
  });
  afterAll(() => {
    demoted.disconnect();
    server.kill('SIGKILL');
  });

  const pressroom = usePressroom({ env: () => ({ REDIS_URL: address }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));

  it('is left for the one that took over, by the same processes', async () => {
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
    way.to(redisUrl); // for new connections; those that are open keep leading to the old one
    await demoted.call('REPLICAOF', '127.0.0.1', '1');
    const reports = await Promise.all(Array.from({ length: 3 }, () => pressroom.accept(salesRequest)));
    for (const report of reports) expect((await pressroom.waitFor(report, 'succeeded')).attempt).toBe(1);
    expect(pressroom.liveWorkers).toHaveLength(1);
  });
});
