import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisInstallation } from './find-binaries';
import { freePort } from './free-port';
import type { Home } from './home';
import { makeDirectory, writePrivateFile } from './private-file';
import type { Supervisor } from './supervisor';

/**
 * Starts Redis on the data of this home, on a free port of the loopback interface, behind a password.
 *
 * @param isDurable false for data that is thrown away: nothing is then written to disk
 * @returns its URL
 */
export async function startRedis(
  supervisor: Supervisor,
  home: Home,
  installation: RedisInstallation,
  { env, isDurable }: { env: NodeJS.ProcessEnv; isDurable: boolean },
): Promise<string> {
  const { user, secrets } = home;
  const directory = join(home.services, 'redis');
  const configuration = join(directory, 'redis.conf');
  const port = await freePort();
  makeDirectory(directory, 0o700);
  // A file and not arguments: every user of the machine can read those.
  writePrivateFile(configuration, configure(directory, port, secrets.redis, isDurable));
  if (user !== undefined) for (const path of [directory, configuration]) chownSync(path, user.uid, user.gid);

  const url = `redis://:${secrets.redis}@127.0.0.1:${port}/0`;
  await supervisor.start({
    name: 'redis',
    kind: 'service',
    command: installation.path,
    args: [configuration],
    env,
    cwd: '/',
    user,
    log: join(home.logs, 'redis.log'),
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
    ready: (_child, signal) => untilRedisAnswers(url, signal),
  });
  return url;
}

/** Asks until Redis answers; resolves early when aborted. */
async function untilRedisAnswers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await pingRedis(url);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET' && !message.startsWith('LOADING')) throw error;
    }
    await sleep(25);
  }
}

/** Asks Redis once, on a connection of its own, which must come about within 10 s. */
export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 10_000,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  redis.on('error', (error: Error) => (cause = error)); // connect() itself only says that the connection is closed
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw cause ?? error;
  } finally {
    redis.disconnect();
  }
}

function configure(directory: string, port: number, password: string, isDurable: boolean): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    'daemonize no',
    'maxmemory-policy noeviction',
    'save ""',
    `appendonly ${isDurable ? 'yes' : 'no'}`,
  ];
  return `${lines.join('\n')}\n`;
}
