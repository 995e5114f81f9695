import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHome } from './home-lock';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'pressroom-lock-'))));
afterEach(() => rmSync(home, { recursive: true }));

test('one holder at a time, and the next one when it is given back', () => {
  const release = lockHome(home);
  expect(() => lockHome(home)).toThrow(`Pressroom is already running on ${home} (process ${process.pid}).`);
  release();
  expect(existsSync(join(home, 'lock'))).toBe(false);
  lockHome(home)();
});

test.each([
  ['whose holder is gone', () => JSON.stringify({ pid: spawnSync('true').pid, startedAt: 'x' })],
  ['whose number belongs to another process by now', () => JSON.stringify({ pid: process.pid, startedAt: 'x' })],
  ['that was cut short', () => '{"pid":'],
  ['that is empty', () => ''],
])('a lock %s is taken over', (_case, content) => {
  writeFileSync(join(home, 'lock'), content());
  const release = lockHome(home);
  expect(() => lockHome(home)).toThrow('already running');
  expect(readdirSync(home)).toEqual(['lock']);
  release();
});
