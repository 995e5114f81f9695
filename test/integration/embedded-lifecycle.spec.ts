import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pingRedis } from '../../src/embedded/redis-server';
import { queryOnce } from '../../src/embedded/postgres-server';
import { markProcess } from '../../src/embedded/process-identity';

interface Ready {
  url: string;
  apiKey: string;
  pids: { api: number; workers: number[]; postgres: number; redis: number };
  databaseUrl: string;
  redisUrl: string;
}

interface Run {
  process: ChildProcess;
  output: () => string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

const directory = mkdtempSync(join(tmpdir(), 'pressroom-embedded-'));
chmodSync(directory, 0o711); // so that the user of the services, when we are root, can enter it
const home = join(directory, 'home');
const readyFile = join(home, 'ready.json');
const runs: Run[] = [];

function start(env: NodeJS.ProcessEnv = {}): Run {
  const program = join(__dirname, '..', 'support', 'stand-in', 'start.cjs');
  const given = { ...process.env, PRESSROOM_HOME: home, PORT: '0', WORKERS: '2', ...env };
  const child = spawn(process.execPath, [program], { env: given, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const run = { process: child, output: () => output, ended };
  runs.push(run);
  return run;
}

async function until(condition: () => boolean, run: Run): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end || run.process.exitCode !== null) throw new Error(`It did not come about:\n${run.output()}`);
    await sleep(50);
  }
}

async function ready(run: Run, accept: (ready: Ready) => boolean = () => true): Promise<Ready> {
  const read = (): Ready | undefined =>
    existsSync(readyFile) ? (JSON.parse(readFileSync(readyFile, 'utf8')) as Ready) : undefined;
  await until(() => {
    const content = read();
    return content !== undefined && accept(content);
  }, run);
  return read()!;
}

const allPids = ({ pids }: Ready): number[] => [pids.api, ...pids.workers, pids.postgres, pids.redis];
const alive = (pid: number): boolean => markProcess(pid) !== undefined;
const countRuns = async ({ databaseUrl }: Ready): Promise<number> =>
  Number((await queryOnce(databaseUrl, 'SELECT count(*) FROM runs'))[0]!.count);

afterEach(async () => {
  for (const { process, ended } of runs.splice(0)) {
    process.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('everything comes up, is only ours to read, and goes down on SIGTERM', async () => {
  const run = start();
  const state = await ready(run);
  expect(statSync(readyFile).mode & 0o777).toBe(0o600);
  expect(allPids(state).every(alive)).toBe(true);
  expect(await countRuns(state)).toBe(1);
  await pingRedis(state.redisUrl);
  await expect(queryOnce(withoutPassword(state.databaseUrl), 'SELECT 1')).rejects.toThrow(/password/);
  await expect(pingRedis(withoutPassword(state.redisUrl))).rejects.toThrow(/NOAUTH/);

  run.process.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(allPids(state).some(alive)).toBe(false);
  expect(existsSync(readyFile)).toBe(false);
  expect(existsSync(join(home, 'lock'))).toBe(false);
});

test('a second start on the same home is refused and leaves the first alone', async () => {
  const first = start();
  const state = await ready(first);
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`already running on ${home} (process ${first.process.pid!})`);
  expect(await ready(first)).toEqual(state);
  expect(allPids(state).every(alive)).toBe(true);
});

test('after kill -9 the next start ends what was left and finds the data', async () => {
  const first = start();
  const before = await ready(first);
  const count = await countRuns(before);
  first.process.kill('SIGKILL');
  await first.ended;
  expect([before.pids.api, before.pids.postgres, before.pids.redis].every(alive)).toBe(true);

  const second = start();
  await until(() => /ended \d processes of a run that was killed/.test(second.output()), second);
  const after = await ready(second, ({ pids }) => pids.api !== before.pids.api);
  expect(allPids(before).some(alive)).toBe(false);
  expect(await countRuns(after)).toBe(count + 1);
  expect(after.apiKey).toBe(before.apiKey);
});

test('a killed process is started again under the same address, and the ready file names it', async () => {
  const run = start();
  const before = await ready(run);
  for (const pid of [before.pids.api, before.pids.workers[0]!, before.pids.redis]) process.kill(pid, 'SIGKILL');
  const isNew = (now: number | null, old: number): boolean => now !== null && now !== old;
  const after = await ready(
    run,
    ({ pids }) =>
      isNew(pids.api, before.pids.api) &&
      isNew(pids.workers[0]!, before.pids.workers[0]!) &&
      isNew(pids.redis, before.pids.redis),
  );
  expect(after.url).toBe(before.url);
  expect(after.pids.workers[1]).toBe(before.pids.workers[1]);
  await until(() => run.output().includes('api was ended by SIGKILL; starting it again in 0.25 s'), run);
});

test('a start that is interrupted leaves nothing behind', async () => {
  const run = start();
  await until(() => run.output().includes('Postgres'), run);
  await sleep(100);
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(130);
  expect(existsSync(join(home, 'processes.json'))).toBe(false);
  expect(existsSync(join(home, 'lock'))).toBe(false);
});

test('a taken port is a clear message', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const run = start({ PORT: String((server.address() as AddressInfo).port) });
  expect(await run.ended).toBe(1);
  expect(run.output()).toMatch(/Port \d+ on 127\.0\.0\.1 is taken by another program/);
  server.close();
});

function withoutPassword(url: string): string {
  return Object.assign(new URL(url), { password: '' }).href;
}
