import { startComposeServices, hasCompose } from './compose-services';
import type { PostgresInstallation, RedisInstallation } from './find-binaries';
import { findPostgres, findRedis, searchPlaces } from './find-binaries';
import type { Home } from './home';
import type { ServiceName } from './install';
import { findInstaller, installCommands } from './install';
import type { Lifetime } from './lifetime';
import { choosePostgres, oldestPostgres, queryOnce, startPostgres } from './postgres-server';
import { describeError, Problem } from './problem';
import { pingRedis, startRedis } from './redis-server';
import type { Supervisor } from './supervisor';

/** What finding and starting the two services needs to know. */
export interface ServicesRequest {
  /** Connections that are given: such a service is used as it is. */
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  maxConnections: number;
  /** False for data that is thrown away. */
  isDurable: boolean;
  env: NodeJS.ProcessEnv;
  composeFile: string;
  home: Home;
  supervisor: Supervisor;
  lifetime: Lifetime;
  /** Takes what is done, before it is done: a short subject and a phrase. */
  tell: (subject: string, message: string) => void;
}

export interface Services {
  databaseUrl: string;
  redisUrl: string;
}

/** What can run a service: programs of this machine, or an answer to where it runs already. */
interface Found {
  postgres: PostgresInstallation[];
  redis: RedisInstallation | undefined;
}

/**
 * Postgres and Redis, each from the first of: the URL that is given; programs of this machine, run privately; programs
 * installed now; `docker compose`.
 *
 * @throws Problem with the commands to type when none of them works
 */
export async function startServices(request: ServicesRequest): Promise<Services> {
  await checkGiven(request);
  const wanted: ServiceName[] = [];
  if (request.databaseUrl === undefined) wanted.push('postgres');
  if (request.redisUrl === undefined) wanted.push('redis');
  const found = await findOrInstall(request, wanted);
  const missing = wanted.filter((service) => !has(found, service));
  const composed = missing.length > 0 ? await compose(request, missing) : {};
  const databaseUrl = request.databaseUrl ?? composed.databaseUrl ?? (await privatePostgres(request, found.postgres));
  const redisUrl = request.redisUrl ?? composed.redisUrl ?? (await privateRedis(request, found.redis!));
  return { databaseUrl, redisUrl };
}

/** Programs of this machine that can run the services, as the user who will run them. */
function findServices(env: NodeJS.ProcessEnv, home: Home): Found {
  const places = searchPlaces(env.PATH);
  return {
    postgres: findPostgres(places, home.user).filter(({ major }) => major >= oldestPostgres),
    redis: findRedis(places, home.user),
  };
}

async function checkGiven({ databaseUrl, redisUrl, tell }: ServicesRequest): Promise<void> {
  if (databaseUrl !== undefined) {
    tell('Postgres', `${hostOf(databaseUrl)}, given by DATABASE_URL`);
    await check(`Postgres on ${hostOf(databaseUrl)}`, queryOnce(databaseUrl, 'SELECT 1'));
  }
  if (redisUrl !== undefined) {
    tell('Redis', `${hostOf(redisUrl)}, given by REDIS_URL`);
    await check(`Redis on ${hostOf(redisUrl)}`, pingRedis(redisUrl));
  }
}

async function check(subject: string, answer: Promise<unknown>): Promise<void> {
  await answer.catch((error: unknown) => {
    throw new Problem(`${subject} cannot be used: ${describeError(error)}`);
  });
}

async function findOrInstall({ env, home, tell }: ServicesRequest, wanted: readonly ServiceName[]): Promise<Found> {
  const found = findServices(env, home);
  const missing = wanted.filter((service) => !has(found, service));
  const installer = missing.length > 0 ? findInstaller() : undefined;
  if (installer === undefined) return found;
  tell('Install', `${missing.map(titleOf).join(' and ')} not found: ${installer.describe(missing)}`);
  try {
    await installer.install(missing, env);
  } catch (error) {
    if (!(error instanceof Problem) || !hasCompose()) throw error;
    tell('Install', 'failed; trying docker compose');
  }
  return findServices(env, home);
}

async function compose(request: ServicesRequest, missing: readonly ServiceName[]): Promise<Partial<Services>> {
  const { home, composeFile, env, tell, lifetime } = request;
  if (!hasCompose()) throw cannotRun(missing);
  tell('Docker', `starting ${missing.map(titleOf).join(' and ')} with docker compose`);
  const running = await startComposeServices(home, composeFile, missing, env);
  lifetime.atEnd(running.stop);
  const { postgres, redis } = home.secrets;
  const urls: Partial<Services> = {};
  if (missing.includes('postgres')) {
    urls.databaseUrl = `postgres://pressroom:${postgres}@127.0.0.1:${await running.port('postgres')}/pressroom`;
    await check('Postgres in Docker', queryOnce(urls.databaseUrl, 'SELECT 1'));
  }
  if (missing.includes('redis')) {
    urls.redisUrl = `redis://:${redis}@127.0.0.1:${await running.port('redis')}/0`;
    await check('Redis in Docker', pingRedis(urls.redisUrl));
  }
  return urls;
}

async function privatePostgres(request: ServicesRequest, installations: PostgresInstallation[]): Promise<string> {
  const { supervisor, home, env, maxConnections, isDurable, lifetime, tell } = request;
  const installation = choosePostgres(home, installations);
  tell('Postgres', `${installation.version}, private: ${installation.directory}`);
  const { interrupted } = lifetime;
  return startPostgres(supervisor, home, installation, { env, maxConnections, isDurable, interrupted });
}

async function privateRedis(request: ServicesRequest, installation: RedisInstallation): Promise<string> {
  const { supervisor, home, env, isDurable, tell } = request;
  tell(installation.name, `${installation.version}, private: ${installation.path}`);
  return startRedis(supervisor, home, installation, { env, isDurable });
}

function has(found: Found, service: ServiceName): boolean {
  return service === 'postgres' ? found.postgres.length > 0 : found.redis !== undefined;
}

function titleOf(service: ServiceName): string {
  return service === 'postgres' ? `Postgres ${oldestPostgres} or newer` : 'Redis';
}

function cannotRun(missing: readonly ServiceName[]): Problem {
  const names = missing.map(titleOf).join(' and ');
  return new Problem(`${names} not found, and neither a package manager nor docker compose to get it. Install it:`, [
    ...installCommands(missing),
    ...missing.map((service) =>
      service === 'postgres'
        ? 'DATABASE_URL=postgres://user:password@host:5432/name    # or name one that runs already'
        : 'REDIS_URL=redis://host:6379/0    # or name one that runs already',
    ),
  ]);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
