#!/usr/bin/env node
/** The command line: an author's loop without a service, and commands for operators. */
import './platform/memory/heap-growth';
import './cli/one-shot-flags';
import { parseArgs } from 'node:util';
import { run } from './cli/run';
import type { Config } from './platform/config/config';

/** Operators' commands read the configuration; what they need of the service is loaded for them alone. */
function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { name: { type: 'string' }, tenant: { type: 'string', default: 'default' } },
  });
  const command = positionals.join(' ');
  if (command === 'migrate') void operate(migrate);
  else if (command === 'keys create' && typeof values.name === 'string') {
    const { name, tenant } = values;
    void operate((config) => createKey(config, String(tenant), name));
  } else {
    void run(process.argv.slice(2), process).then((code) => {
      process.exitCode = code;
    });
  }
}

async function operate(command: (config: Config) => Promise<void>): Promise<void> {
  const { runProgram } = await import('./app/run-program.js');
  runProgram(['databaseUrl'], command);
}

async function migrate(config: Config): Promise<void> {
  const { runMigrations } = await import('./cli/operate.js');
  await runMigrations(config);
}

async function createKey(config: Config, tenant: string, name: string): Promise<void> {
  const operate = await import('./cli/operate.js');
  await operate.createKey(config, tenant, name);
}

main();
