import { setTimeout as wait } from 'node:timers/promises';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import { sqlState } from './database-errors';
import { migrations } from './migrations';

/** Any number that no other user of the database takes a lock on. */
const migrationLock = 7_281_990_114;

/** How long a migration waits for a lock on a table, because all who come after it wait behind it; and how often it tries. */
const lockTimeoutMs = 2_000;
const tries = 30;
const pauseMs = 1_000;

/** How often it is looked whether another process has finished. */
const lookEveryMs = 200;

/**
 * Brings the database up to date. Processes that start at once wait for the first of them: TypeORM itself takes no
 * lock, and two runs on an empty database trip over each other. A migration that does not get its lock on a table soon
 * gives way to the service that is in use, and tries again.
 *
 * @param steps all migrations there are, oldest first
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string, steps: readonly Step[] = migrations): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [...steps],
    extra: { max: 2, lock_timeout: lockTimeoutMs, keepAlive: true, keepAliveInitialDelayMillis: 10_000 },
  });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    while (!(await takeLock(lock))) await wait(lookEveryMs);
    try {
      return await runPatiently(dataSource);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

type Step = new () => MigrationInterface;

/** Asks again and again: `CREATE INDEX CONCURRENTLY` would wait for who waits in a statement, and that one for it. */
async function takeLock(runner: QueryRunner): Promise<boolean> {
  const taken = (await runner.query('SELECT pg_try_advisory_lock($1) AS is_ours', [migrationLock])) as [
    { is_ours: boolean },
  ];
  return taken[0].is_ours;
}

/** Goes on where a try was cut off by a lock: what has been run before that is committed. */
async function runPatiently(dataSource: DataSource): Promise<string[]> {
  const before = await executedNames(dataSource);
  for (let left = tries; ; left--) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return (await executedNames(dataSource)).filter((name) => !before.includes(name));
    } catch (error) {
      if (sqlState(error) !== '55P03' || left === 1) throw error;
      await wait(pauseMs);
    }
  }
}

async function executedNames(dataSource: DataSource): Promise<string[]> {
  const [{ exists } = { exists: false }] = await dataSource.query<{ exists: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS exists`,
  );
  if (!exists) return [];
  return (await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id')).map(
    ({ name }) => name,
  );
}
