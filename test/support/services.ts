import { randomBytes } from 'node:crypto';
import { queryOnce } from '../../src/embedded/postgres-server';

/** A migrated, empty database of one test file. */
export interface TestDatabase {
  url: string;
  /** Removes it, also under open connections. */
  drop: () => Promise<void>;
}

/** The Redis of this run; share it under {@link redisPrefix}. */
export const redisUrl = announced('PRESSROOM_TEST_REDIS_URL');

/** Prefix of this test file's keys: Jest loads this module anew for each file. */
export const redisPrefix = `test-${randomBytes(6).toString('hex')}`;

/** Clones the migrated template, which takes about 50 ms. */
export async function createDatabase(): Promise<TestDatabase> {
  const template = new URL(announced('PRESSROOM_TEST_TEMPLATE_URL'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const inDatabase = (database: string): string => Object.assign(new URL(template), { pathname: `/${database}` }).href;
  const own = inDatabase('pressroom');
  await queryOnce(own, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`);
  return {
    url: inDatabase(name),
    async drop() {
      // Not WITH (FORCE), which may not end an autovacuum that is at work there; without it, Postgres sends that away itself.
      const ours = `datname = '${name}' AND usename = current_user`;
      await queryOnce(own, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours}`);
      await queryOnce(own, `DROP DATABASE IF EXISTS ${name}`);
    },
  };
}

function announced(variable: string): string {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`${variable} is not set: run this test with Jest, in a project with services.`);
  return value;
}
