import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { markProcess } from './process-identity';
import type { ProcessSpec } from './supervisor';
import { Supervisor } from './supervisor';

const directory = mkdtempSync(join(tmpdir(), 'pressroom-supervisor-'));
const log = join(directory, 'out.log');
const told: string[] = [];
let supervisor: Supervisor;

beforeEach(() => {
  told.length = 0;
  supervisor = new Supervisor(
    new AbortController().signal,
    () => undefined,
    (crash) => told.push(crash),
  );
});
afterEach(() => supervisor.stop());
afterAll(() => rmSync(directory, { recursive: true }));

function script(source: string, changes: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name: 'script',
    kind: 'program',
    command: process.execPath,
    args: ['-e', source],
    env: process.env,
    cwd: directory,
    log,
    stopSignal: 'SIGTERM',
    graceMs: 300,
    ready: (child: ChildProcess) => new Promise((resolve) => child.once('message', () => resolve())),
    ...changes,
  };
}

const up = "process.send('up'); setInterval(() => undefined, 1000);";

test('a crashed process is started again, later each time', async () => {
  await supervisor.start(script("process.send('up'); setTimeout(() => process.exit(3), 20)"));
  while (told.length < 3) await sleep(20);
  expect(told).toEqual([
    'script ended with code 3; starting it again in 0.25 s',
    `script ended with code 3 (2 times in a row, see ${log}); starting it again in 0.5 s`,
    `script ended with code 3 (3 times in a row, see ${log}); starting it again in 1 s`,
  ]);
});

test('a first start that fails says why, and is not repeated', async () => {
  const failing = script("console.log('first'); console.error('DATABASE_URL is not set'); process.exit(78)");
  await expect(supervisor.start(failing)).rejects.toMatchObject({
    message: `script ended with code 78 while starting. The end of ${log}:`,
    remedies: ['first', 'DATABASE_URL is not set'],
  });
  expect(supervisor.pid('script')).toBeNull();
  expect(told).toEqual([]);
});

test('a command that is not there is a failed start', async () => {
  await expect(supervisor.start(script('', { command: '/nowhere/at-all' }))).rejects.toThrow(
    /could not be run: .*ENOENT/,
  );
});

test('what ignores the signal is killed after its grace', async () => {
  await supervisor.start(script(`process.on('SIGTERM', () => undefined); ${up}`));
  const pid = supervisor.pid('script')!;
  await supervisor.stop();
  expect(markProcess(pid)).toBeUndefined();
});

test('programs end before the services they use', async () => {
  const order = join(directory, 'order.log');
  const saying = (name: string) =>
    `process.on('SIGTERM', () => setTimeout(() => {
       require('fs').appendFileSync(${JSON.stringify(order)}, '${name} '); process.exit(0);
     }, 50)); ${up.replace('process.send', 'process.send?.')}`;
  const ready = () => sleep(300);
  await supervisor.start(script(saying('service'), { name: 'service', kind: 'service', ready }));
  await supervisor.start(script(saying('program'), { name: 'program' }));
  await supervisor.stop();
  expect(readFileSync(order, 'utf8')).toBe('program service ');
});

test('an interruption ends the wait for a process that is starting', async () => {
  const interruption = new AbortController();
  supervisor = new Supervisor(
    interruption.signal,
    () => undefined,
    () => undefined,
  );
  const start = supervisor.start(script('setInterval(() => undefined, 1000)'));
  const pid = supervisor.pid('script')!;
  interruption.abort();
  await expect(start).rejects.toThrow();
  await supervisor.stop();
  expect(markProcess(pid)).toBeUndefined();
});
