import Redis from 'ioredis';
import { salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { expectPromisesKept } from '../support/promises';
import { uuidOf } from '../support/public-id';
import { redisPrefix, redisUrl } from '../support/services';
import { useSwitch } from '../support/switch';
import { until } from '../support/until';

describe('Redis away', () => {
  const way = useSwitch();
  const pressroom = usePressroom({ env: () => ({ REDIS_URL: way.to(redisUrl) }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));

  const seesRedis = async (expected: string): Promise<true | undefined> => {
    const { status, body } = await pressroom.call<{ checks: object }>('GET', '/health/ready');
    expect(status).toBe(200); // without Redis the API can still do its work
    return JSON.stringify(body.checks) === JSON.stringify({ postgres: 'ok', redis: expected }) ? true : undefined;
  };

  it('lets the service start and accept, and renders when it comes', async () => {
    await until('readiness tells', () => seesRedis('unavailable'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => pressroom.submit(salesRequest)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(202));
    expect((await pressroom.report(answers[0]!.body.id)).status).toBe('queued');
    await way.turnOn();
    for (const { body } of answers) await pressroom.waitFor(body.id, 'succeeded');
    await until('readiness tells', () => seesRedis('ok'));
  });

  it('lets the service accept when it goes in the middle, and finish what it had begun', async () => {
    const { id: running, held } = await holdReport(pressroom);
    await way.turnOff();
    const waiting = await pressroom.accept(salesRequest);
    await held.release();
    expect((await pressroom.waitFor(running, 'succeeded')).attempt).toBe(1);
    await until('readiness tells', () => seesRedis('unavailable'));
    expect((await pressroom.report(waiting)).status).toBe('queued');
    await way.turnOn();
    expect((await pressroom.waitFor(waiting, 'succeeded')).attempt).toBe(1);
  });
});

describe('Redis that goes when the processes are told to end, and takes connections but never answers', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({ workers: 2, env: () => ({ REDIS_URL: way.to(redisUrl) }) });
  beforeAll(() => pressroom.putTemplate());

  it('holds up none of them', async () => {
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
    await way.turnOff();
    const stopping = Promise.all([...pressroom.liveWorkers, pressroom.api].map((program) => program.stop()));
    await way.turnOn();
    way.freeze();
    expect(await stopping).toEqual([0, 0, 0]);
  });
});

describe('Redis behind a network that has silently forgotten every connection', () => {
  const way = useSwitch();
  beforeAll(() => way.turnOn());
  const pressroom = usePressroom({ env: () => ({ REDIS_URL: way.to(redisUrl) }) });
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));

  it('is asked again by new connections of the same processes', async () => {
    await pressroom.waitFor(await pressroom.accept(salesRequest), 'succeeded');
    way.freeze();
    const reports = await Promise.all(Array.from({ length: 3 }, () => pressroom.accept(salesRequest)));
    const replaced = /"connection":"(\w+)".*a connection to Redis was silent/g;
    const isReplaced = (program: Program, ...connections: string[]) =>
      until(`${program.name} gives up ${connections.join()}`, () => {
        const seen = [...program.output.matchAll(replaced)].map((match) => match[1]!);
        return connections.every((connection) => seen.includes(connection)) ? true : undefined;
      });
    await isReplaced(pressroom.api, 'client');
    await isReplaced(pressroom.workers[0]!, 'client', 'bclient');
    way.thaw();
    for (const report of reports) expect((await pressroom.waitFor(report, 'succeeded')).attempt).toBe(1);
    expect(pressroom.liveWorkers).toHaveLength(1);
  });
});

describe('a worker whose queue client is dead', () => {
  const deafUsers: string[] = [];
  const redis = new Redis(redisUrl, { lazyConnect: true });
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());
  afterEach(() => expectPromisesKept(pressroom));
  afterAll(async () => {
    await redis.call('ACL', 'DELUSER', ...deafUsers);
    await redis.quit();
  });

  it('goes on when its connections are cut again and again', async () => {
    for (let round = 0; round < 5; round++) {
      const report = await pressroom.accept(salesRequest);
      await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      expect((await pressroom.waitFor(report, 'succeeded')).attempt).toBe(1);
    }
    expect(pressroom.liveWorkers).toHaveLength(1);
  });

  it('ends with 1 when it stays deaf, whatever the reason, so that it is started anew', async () => {
    await Promise.all(pressroom.liveWorkers.map((worker) => worker.stop()));
    const cannotTakeRings = await startWorkerWithout('brpoplpush');
    const couldNotBegin = await startWorkerWithout('subscribe');
    const report = await pressroom.accept(salesRequest);
    expect(await Promise.all([cannotTakeRings.exited, couldNotBegin.exited])).toEqual([1, 1]);
    await pressroom.startWorker();
    expect((await pressroom.waitFor(report, 'succeeded')).attempt).toBe(1);
  });

  /** Redis answers its command with an error, every time. */
  async function startWorkerWithout(command: string): Promise<Program> {
    const url = new URL(redisUrl);
    url.username = `${redisPrefix}-no-${command}`;
    url.password = 'any';
    deafUsers.push(url.username);
    await redis.call('ACL', 'SETUSER', url.username, 'reset', 'on', 'nopass', '~*', '&*', '+@all', `-${command}`);
    return pressroom.startWorker({ REDIS_URL: url.href });
  }
});

describe('what is in Redis', () => {
  const pressroom = usePressroom();
  const redis = new Redis(redisUrl, { lazyConnect: true });
  const waitList = `${redisPrefix}:render:wait`;
  beforeAll(() => pressroom.putTemplate());
  afterAll(() => redis.quit());
  afterEach(() => expectPromisesKept(pressroom));

  async function forge(jobId: string, data: string): Promise<void> {
    const job = { name: '__default__', data, opts: '{"attempts":1}', timestamp: '0', delay: '0', priority: '0' };
    await redis.hset(`${redisPrefix}:render:${jobId}`, job);
    await redis.lpush(waitList, jobId);
  }

  it('can be wiped out while reports wait', async () => {
    const { id, held } = await holdReport(pressroom);
    const waiting = await Promise.all(Array.from({ length: 5 }, () => pressroom.accept(salesRequest)));
    await until('the rings are in Redis', async () => {
      const keys = await redis.keys(`${redisPrefix}:*`);
      return waiting.every((report) => keys.some((key) => key.includes(uuidOf(report)))) ? true : undefined;
    });
    await redis.del(...(await redis.keys(`${redisPrefix}:*`)));
    await held.release();
    for (const report of [id, ...waiting]) expect((await pressroom.waitFor(report, 'succeeded')).attempt).toBe(1);
  });

  it('can be written by anyone without moving a report', async () => {
    const done = await pressroom.accept(salesRequest);
    const before = await pressroom.waitFor(done, 'succeeded');
    const forged = [
      'null',
      '{}',
      '[]',
      '"x"',
      '{"reportId": 1}',
      `{"reportId": "'; DROP TABLE reports; --"}`,
      '{"reportId": {"toString": 1}}',
      '{"reportId": "00000000-0000-0000-0000-000000000000"}',
      JSON.stringify({ reportId: uuidOf(done), seq: 99 }),
      'not JSON',
    ];
    for (const [index, data] of forged.entries()) await forge(`forged-${index}`, data);
    await redis.lpush(waitList, 'without a job');
    await until('every job was taken', async () => ((await redis.llen(waitList)) === 0 ? true : undefined));
    const next = await pressroom.accept(salesRequest);
    await pressroom.waitFor(next, 'succeeded');
    expect(await pressroom.report(done)).toEqual(before);
    expect(pressroom.liveWorkers).toHaveLength(1);
  });

  it('can ring many times for one report, which is rendered once', async () => {
    const { held } = await holdReport(pressroom);
    const id = await pressroom.accept(salesRequest);
    for (let seq = 100; seq < 110; seq++)
      await forge(`${uuidOf(id)}.${seq}`, JSON.stringify({ reportId: uuidOf(id), seq }));
    await held.release();
    expect((await pressroom.waitFor(id, 'succeeded')).attempt).toBe(1);
    await until('every job was taken', async () => ((await redis.llen(waitList)) === 0 ? true : undefined));
    const runs = await pressroom.query(`SELECT FROM report_events WHERE report_id = $1 AND data->>'to' = 'running'`, [
      uuidOf(id),
    ]);
    expect(runs).toHaveLength(1);
  });
});
