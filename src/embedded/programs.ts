import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Config, loadEmbeddedConfig } from '../platform/config/config';
import type { Home } from './home';
import type { Services } from './services';
import type { ProcessSpec } from './supervisor';

/** The compiled programs that are run, and the compose file. */
export interface Programs {
  api: string;
  worker: string;
  cli: string;
  composeFile: string;
}

/** The root of the project, seen from the compiled file. */
export const projectRoot = join(__dirname, '..', '..');

export const programs: Programs = {
  api: join(projectRoot, 'dist', 'main.js'),
  worker: join(projectRoot, 'dist', 'worker.js'),
  cli: join(projectRoot, 'dist', 'cli.js'),
  composeFile: join(projectRoot, 'docker-compose.yml'),
};

/** What the programs are configured by: the environment as given, and what was decided here. */
export function programEnvironment(
  config: ReturnType<typeof loadEmbeddedConfig>,
  env: NodeJS.ProcessEnv,
  home: Home,
  { databaseUrl, redisUrl }: Services,
  port: number,
): NodeJS.ProcessEnv {
  return {
    ...env,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    PRESSROOM_SECRET: config.cursorSecret ?? home.secrets.cursor,
    PRESSROOM_STORAGE_DIR: env.PRESSROOM_STORAGE_DIR || home.storage,
    PORT: String(port),
    PRESSROOM_DRAIN_DELAY: env.PRESSROOM_DRAIN_DELAY || '0s', // there is no load balancer
  };
}

/** A message of a program to its parent. */
export interface ProgramMessage {
  type: string;
  [field: string]: unknown;
}

/** How to run an API or a worker. Either tells its parent when it can be used, with a message of type `readyType`. */
export function programSpec(
  { name, path, readyType }: { name: string; path: string; readyType: string },
  home: Home,
  env: NodeJS.ProcessEnv,
  { shutdownGrace, drainDelay }: Pick<Config, 'shutdownGrace' | 'drainDelay'>,
  onReady?: (message: ProgramMessage) => void,
): ProcessSpec {
  return {
    name,
    kind: 'program',
    command: process.execPath,
    args: [path],
    env,
    cwd: process.cwd(),
    log: join(home.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    graceMs: drainDelay + shutdownGrace + 5_000,
    ready: (child) => receive(child, readyType).then(onReady),
  };
}

function receive(child: ChildProcess, type: string): Promise<ProgramMessage> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if ((message as ProgramMessage).type !== type) return;
      child.off('message', listen);
      resolve(message as ProgramMessage);
    };
    child.on('message', listen);
  });
}
