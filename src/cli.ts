#!/usr/bin/env node
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { runProgram } from './app/run-program';
import { ApiKeys } from './auth/api-keys';
import type { Config } from './platform/config/config';
import { migrate } from './platform/database/migrate';

const usage = `Usage: node dist/cli.js <command>

  migrate                                    bring the database up to date
  keys create --name NAME [--tenant TENANT]  make an API key and print it, this once
`;

/** Commands for operators. */
function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { name: { type: 'string' }, tenant: { type: 'string', default: 'default' } },
  });
  const command = positionals.join(' ');
  if (command === 'migrate') runProgram(['databaseUrl'], runMigrations);
  else if (command === 'keys create' && typeof values.name === 'string')
    runProgram(['databaseUrl'], (config) => createKey(config, String(values.tenant), String(values.name)));
  else {
    process.stderr.write(usage);
    process.exitCode = 64; // EX_USAGE of sysexits.h
  }
}

async function runMigrations(config: Config): Promise<void> {
  const executed = await migrate(config.databaseUrl);
  process.stdout.write(executed.length === 0 ? 'The database is up to date.\n' : `Done: ${executed.join(', ')}\n`);
}

async function createKey(config: Config, tenant: string, name: string): Promise<void> {
  const database = await new DataSource({ type: 'postgres', url: config.databaseUrl }).initialize();
  try {
    process.stdout.write(`${await new ApiKeys(database).create(tenant, name)}\n`);
  } finally {
    await database.destroy();
  }
}

main();
