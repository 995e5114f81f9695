import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresInstallation } from './find-binaries';
import { freePort } from './free-port';
import type { Home } from './home';
import { Problem } from './problem';
import { makeDirectory, readIfExists } from './private-file';
import { endProcess, markProcess, worksIn } from './process-identity';
import { runCommand } from './run-command';
import type { Supervisor } from './supervisor';

export interface PostgresOptions {
  env: NodeJS.ProcessEnv;
  maxConnections: number;
  /** False for data that is thrown away: nothing is then forced to disk. */
  isDurable: boolean;
  interrupted: AbortSignal;
}

/** Oldest version whose SQL the service may use. */
export const oldestPostgres = 15;
const ownName = 'pressroom';

/**
 * The newest Postgres for a new home, the one of the same major version for data that is there.
 *
 * @throws Problem when there is none for the data
 */
export function choosePostgres(home: Home, installations: readonly PostgresInstallation[]): PostgresInstallation {
  const data = dataDirectory(home);
  const made = readIfExists(join(data, 'PG_VERSION'));
  const fitting = installations.find(({ major }) => made === undefined || major === Number(made));
  if (fitting !== undefined) return fitting;
  const present = installations.map(({ version }) => version).join(', ');
  throw new Problem(`The data in ${data} was made by Postgres ${made!}; this machine has Postgres ${present}.`, [
    `Install Postgres ${made!} beside it, or remove that directory to begin with an empty database.`,
  ]);
}

/**
 * Starts Postgres on the data of this home, which is made on the first run. It listens on a free port of the loopback
 * interface and nowhere else, and asks everyone for a password.
 *
 * @param installation the one that {@link choosePostgres} chose
 * @returns the URL of our database, as a role that owns it and may make others, but is no superuser
 */
export async function startPostgres(
  supervisor: Supervisor,
  home: Home,
  installation: PostgresInstallation,
  options: PostgresOptions,
): Promise<string> {
  const directory = join(home.services, 'postgres');
  const data = dataDirectory(home);
  makeDirectory(directory, 0o700);
  if (home.user !== undefined) chownSync(directory, home.user.uid, home.user.gid);
  if (!existsSync(data)) await initialise(directory, installation, home, options);
  await endStranger(data);

  const port = await freePort();
  const { postgresAdmin, postgres } = home.secrets;
  const adminUrl = `postgres://postgres:${postgresAdmin}@127.0.0.1:${port}/postgres`;
  const url = `postgres://${ownName}:${postgres}@127.0.0.1:${port}/${ownName}`;
  await supervisor.start({
    name: 'postgres',
    kind: 'service',
    command: join(installation.directory, 'postgres'),
    args: ['-D', data, ...settings(port, options).flatMap((setting) => ['-c', setting])],
    env: options.env,
    cwd: '/',
    user: home.user,
    log: join(home.logs, 'postgres.log'),
    stopSignal: 'SIGINT', // "fast": ends sessions instead of waiting for them
    graceMs: 30_000,
    ready: (_child, signal) => untilPostgresAnswers(adminUrl, signal),
  });
  await createOwnDatabase(adminUrl, postgres);
  return url;
}

/** Asks until Postgres answers. Any other answer than "not yet" is thrown. */
async function untilPostgresAnswers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await queryOnce(url, 'SELECT 1');
      return;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      // 57P03 is "starting up"; a connection may be cut in the same moment.
      if (!['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code)) throw error;
    }
    await sleep(50);
  }
}

/** Runs one statement on a connection of its own, which must come about within 10 s. */
export async function queryOnce(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // a connection lost between two calls: the next call says so
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function dataDirectory(home: Home): string {
  return join(home.services, 'postgres', 'data');
}

/** The cluster appears under its name only when it is whole: a first start that was killed leaves nothing half made. */
async function initialise(
  directory: string,
  installation: PostgresInstallation,
  home: Home,
  { env, isDurable, interrupted }: PostgresOptions,
): Promise<void> {
  const unfinished = join(directory, 'data.new');
  const password = join(directory, 'password');
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(password, home.secrets.postgresAdmin, { mode: 0o600 });
  if (home.user !== undefined) chownSync(password, home.user.uid, home.user.gid);
  const args = ['-D', unfinished, '-U', 'postgres', `--pwfile=${password}`, '--auth=scram-sha-256'];
  args.push('--encoding=UTF8', '--no-locale', '--data-checksums', ...(isDurable ? [] : ['--no-sync']));
  try {
    await runCommand(join(installation.directory, 'initdb'), args, { env, user: home.user, signal: interrupted });
  } finally {
    rmSync(password);
  }
  renameSync(unfinished, join(directory, 'data'));
}

function settings(port: number, { maxConnections, isDurable }: PostgresOptions): string[] {
  const always = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=', // no path that could be too long, no door that another user could try
    `max_connections=${maxConnections}`,
    'password_encryption=scram-sha-256',
    'logging_collector=off', // whatever postgresql.conf says: the log goes to our file
  ];
  return isDurable ? always : [...always, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
}

/**
 * Ends a Postgres on our data that no record names, so that there is never a second one. A number that by now belongs
 * to some other process would keep Postgres from starting: its pid file is removed.
 */
async function endStranger(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const mark = markProcess(Number.parseInt(readIfExists(pidFile) ?? '', 10));
  if (mark === undefined) return;
  if (worksIn(mark.pid, data)) await endProcess(mark, 'SIGINT', 30_000);
  else rmSync(pidFile);
}

async function createOwnDatabase(adminUrl: string, password: string): Promise<void> {
  const roles = await queryOnce(adminUrl, `SELECT 1 FROM pg_roles WHERE rolname = '${ownName}'`);
  if (roles.length === 0) await queryOnce(adminUrl, `CREATE ROLE ${ownName} LOGIN CREATEDB PASSWORD '${password}'`);
  const databases = await queryOnce(adminUrl, `SELECT 1 FROM pg_database WHERE datname = '${ownName}'`);
  if (databases.length === 0) await queryOnce(adminUrl, `CREATE DATABASE ${ownName} OWNER ${ownName}`);
}
