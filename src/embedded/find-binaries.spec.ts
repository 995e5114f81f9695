import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPostgres, findRedis, searchPlaces } from './find-binaries';

const root = mkdtempSync(join(tmpdir(), 'pressroom-find-'));
afterAll(() => rmSync(root, { recursive: true }));

function program(path: string, prints: string, mode = 0o755): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `#!/bin/sh\n${prints}\n`, { mode });
}

function postgres(directory: string, version: string): void {
  program(`${directory}/postgres`, `echo 'postgres (PostgreSQL) ${version}'`);
  program(`${directory}/initdb`, '');
}

const at = (...patterns: string[]) => {
  const places = patterns.map((pattern) => join(root, pattern));
  return { postgres: places, redis: places };
};

describe('findPostgres', () => {
  test('lists what a pattern matches, newest first, each once', () => {
    postgres('pg/9/bin', '9.6.24');
    postgres('pg/15/bin', '15.14 (Debian 15.14-0+deb12u1)');
    postgres('pg/17/bin', '17.2');
    symlinkSync(join(root, 'pg/17'), join(root, 'pg/current'));
    const found = findPostgres(at('pg/*/bin', 'pg/15/bin', 'nowhere/*/bin', 'nowhere'));
    expect(found.map(({ version, major }) => [version, major])).toEqual([
      ['17.2', 17],
      ['15.14', 15],
      ['9.6.24', 9],
    ]);
    expect(found[1]!.directory).toBe(join(root, 'pg/15/bin'));
  });

  test('knows versions that are not out yet', () => {
    postgres('beta', '19beta1');
    expect(findPostgres(at('beta'))[0]).toMatchObject({ major: 19 });
  });

  test('passes over a client without a server, and over what does not run', () => {
    program('client/psql', '');
    program('broken/postgres', 'exit 1');
    program('broken/initdb', '');
    program('closed/postgres', 'echo "postgres (PostgreSQL) 16.1"', 0o644);
    program('closed/initdb', '', 0o644);
    expect(findPostgres(at('client', 'broken', 'closed'))).toEqual([]);
  });
});

describe('findRedis', () => {
  test('takes the first that runs, Valkey too', () => {
    program('shim/redis-server', 'echo "no version is set" >&2; exit 126');
    program('valkey/valkey-server', 'echo "Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc bits=64"');
    program('redis/redis-server', 'echo "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc bits=64"');
    const path = join(root, 'valkey/valkey-server');
    expect(findRedis(at('shim', 'valkey', 'redis'))).toEqual({ path, name: 'Valkey', version: '8.0.1' });
    expect(findRedis(at('redis', 'valkey'))).toMatchObject({ name: 'Redis', version: '7.0.15' });
    expect(findRedis(at('shim'))).toBeUndefined();
  });
});

test('searchPlaces looks on PATH, whose empty entries do not mean the current directory', () => {
  expect(searchPlaces('/one::/two').redis.slice(0, 2)).toEqual(['/one', '/two']);
  expect(searchPlaces(undefined).postgres).toContain('/usr/lib/postgresql/*/bin');
});
