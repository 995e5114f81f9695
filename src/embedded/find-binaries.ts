import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ServiceUser } from './service-user';

/** A Postgres on this machine. */
export interface PostgresInstallation {
  /** Directory of `postgres` and `initdb`. */
  directory: string;
  version: string;
  major: number;
}

/** A Redis, or a Valkey, on this machine. */
export interface RedisInstallation {
  path: string;
  name: 'Redis' | 'Valkey';
  version: string;
}

/** Where to look; `*` stands for any one name. */
export interface SearchPlaces {
  postgres: readonly string[];
  redis: readonly string[];
}

/** The directories of the packages of Debian, Red Hat, Homebrew and Postgres.app, then those of `PATH`. */
export function searchPlaces(path = ''): SearchPlaces {
  const onPath = path.split(delimiter).filter((directory) => directory !== '');
  return {
    postgres: [
      '/usr/lib/postgresql/*/bin',
      '/usr/pgsql-*/bin',
      '/opt/homebrew/opt/postgresql*/bin',
      '/usr/local/opt/postgresql*/bin',
      '/Applications/Postgres.app/Contents/Versions/*/bin',
      ...onPath,
    ],
    redis: [...onPath, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'],
  };
}

/**
 * Every Postgres found, newest first.
 *
 * @param user who will run it, when not we; what that user cannot run does not count
 */
export function findPostgres(places: SearchPlaces, user?: ServiceUser): PostgresInstallation[] {
  const found = new Map<string, PostgresInstallation>();
  for (const directory of places.postgres.flatMap(expand)) {
    if (!isExecutable(join(directory, 'initdb')) || !isExecutable(join(directory, 'postgres'))) continue;
    const version = /\(PostgreSQL\) (\d[\d.]*)/.exec(askVersion(join(directory, 'postgres'), user))?.[1];
    if (version === undefined) continue;
    const key = realpathSync(directory);
    if (!found.has(key)) found.set(key, { directory, version, major: Number.parseInt(version, 10) });
  }
  return [...found.values()].sort((one, other) => compareVersions(other.version, one.version));
}

/** The first Redis or Valkey found that runs. Parameters as for {@link findPostgres}. */
export function findRedis(places: SearchPlaces, user?: ServiceUser): RedisInstallation | undefined {
  for (const directory of places.redis.flatMap(expand)) {
    for (const [program, name] of [
      ['redis-server', 'Redis'],
      ['valkey-server', 'Valkey'],
    ] as const) {
      const path = join(directory, program);
      const version = isExecutable(path) ? /\bv=(\d[\d.]*)/.exec(askVersion(path, user))?.[1] : undefined;
      if (version !== undefined) return { path, name, version };
    }
  }
  return undefined;
}

function expand(pattern: string): string[] {
  const [before, after] = pattern.split('*');
  if (before === undefined || after === undefined) return [pattern];
  const cut = before.lastIndexOf('/') + 1;
  const parent = before.slice(0, cut);
  try {
    const names = readdirSync(parent).filter((name) => name.startsWith(before.slice(cut)));
    return names.map((name) => join(parent, name, after));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function askVersion(path: string, user: ServiceUser | undefined): string {
  const { uid, gid } = user ?? {};
  const run = spawnSync(path, ['--version'], { encoding: 'utf8', uid, gid, cwd: '/', timeout: 10_000 });
  return run.error === undefined ? run.stdout : '';
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
