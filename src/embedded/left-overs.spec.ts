import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftOvers, recordRunning } from './left-overs';
import { endProcess, isAlive, markProcess, worksIn } from './process-identity';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'pressroom-left-')));
const children: ChildProcess[] = [];

async function run(script: string): Promise<ChildProcess> {
  const program = `${script}; setInterval(() => undefined, 1000); console.log('up')`;
  const child = spawn(process.execPath, ['-e', program], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

test('a recorded process is ended and the record removed', async () => {
  const child = await run('');
  recordRunning(home, [{ ...markProcess(child.pid!)!, stopSignal: 'SIGTERM' }]);
  expect(await endLeftOvers(home)).toBe(1);
  expect(markProcess(child.pid!)).toBeUndefined();
  expect(existsSync(join(home, 'processes.json'))).toBe(false);
  expect(await endLeftOvers(home)).toBe(0);
});

test('a process that only has the recorded number is left alone', async () => {
  const child = await run('');
  const mark = markProcess(child.pid!)!;
  recordRunning(home, [{ pid: mark.pid, startedAt: 'another boot/1', stopSignal: 'SIGTERM' }]);
  expect(await endLeftOvers(home)).toBe(0);
  expect(isAlive(mark)).toBe(true);
});

test('what does not heed the signal is killed after its grace', async () => {
  const child = await run("process.on('SIGTERM', () => undefined)");
  const mark = markProcess(child.pid!)!;
  const exit = once(child, 'exit');
  await endProcess(mark, 'SIGTERM', 200);
  expect(isAlive(mark)).toBe(false);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('a process is known by the directory it works in', async () => {
  const child = await run('');
  expect(worksIn(child.pid!, home)).toBe(true);
  expect(worksIn(child.pid!, tmpdir())).toBe(false);
});
