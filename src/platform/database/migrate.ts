import { DataSource } from 'typeorm';
import { migrations } from './migrations';

/** Any number that no other user of the database takes a lock on. */
const migrationLock = 7_281_990_114;

/**
 * Brings the database up to date. Processes that start at once wait for the first of them: TypeORM itself takes no
 * lock, and two runs on an empty database trip over each other.
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = new DataSource({ type: 'postgres', url: databaseUrl, migrations, extra: { max: 2 } });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    try {
      const executed = await dataSource.runMigrations({ transaction: 'each' });
      return executed.map((migration) => migration.name);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
