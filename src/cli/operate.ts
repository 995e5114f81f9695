/** Commands for operators of the service. */
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { ApiKeys } from '../auth/api-keys';
import type { Config } from '../platform/config/config';
import { migrate } from '../platform/database/migrate';

export async function runMigrations(config: Config): Promise<void> {
  const executed = await migrate(config.databaseUrl);
  process.stdout.write(executed.length === 0 ? 'The database is up to date.\n' : `Done: ${executed.join(', ')}\n`);
}

/** Prints the key, this once. */
export async function createKey(config: Config, tenant: string, name: string): Promise<void> {
  const database = await new DataSource({ type: 'postgres', url: config.databaseUrl }).initialize();
  try {
    process.stdout.write(`${await new ApiKeys(database).create(tenant, name)}\n`);
  } finally {
    await database.destroy();
  }
}
