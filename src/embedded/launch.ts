import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { loadEmbeddedConfig } from '../platform/config/config';
import { openApiKey } from './api-key';
import { freePort, isPortFree } from './free-port';
import { openHome } from './home';
import type { Home } from './home';
import { lockHome } from './home-lock';
import { endLeftOvers, recordRunning } from './left-overs';
import type { Lifetime } from './lifetime';
import { Problem } from './problem';
import { runCommand } from './run-command';
import type { Services } from './services';
import { startServices } from './services';
import type { ProcessSpec } from './supervisor';
import { Supervisor } from './supervisor';

/** The compiled programs that are run. */
export interface Programs {
  api: string;
  worker: string;
  cli: string;
  composeFile: string;
}

export interface LaunchRequest {
  config: ReturnType<typeof loadEmbeddedConfig>;
  /** The environment as given; ours are added to it. */
  env: NodeJS.ProcessEnv;
  programs: Programs;
  /** Whether any free port will do when the configured one is taken. */
  anyPort: boolean;
  /** Takes what is done: a short subject and a phrase. */
  tell: (subject: string, message: string) => void;
  lifetime: Lifetime;
}

/** Pressroom with everything it needs, running. */
export interface Pressroom extends Services {
  home: Home;
  url: string;
  apiKey: string;
  /** Null where a process is not ours, or is just being started again. */
  pids: () => { api: number | null; workers: (number | null)[]; postgres: number | null; redis: number | null };
  /** Registers what to do after each change of a process. */
  onChange: (action: () => void) => void;
}

/**
 * Brings up the whole service in one home: services, migrations, the API, the workers, a key to use it with. All of it
 * ends with the lifetime.
 *
 * @throws Problem when the home is in use, or a part cannot be started
 */
export async function launch({ config, env, programs, anyPort, tell, lifetime }: LaunchRequest): Promise<Pressroom> {
  const home = openHome(config.home);
  lifetime.atEnd(lockHome(home.directory));
  if (home.services !== home.directory)
    tell('Data', `${home.services}, as ${home.user?.name ?? 'we'} cannot enter ${home.directory}`);
  const ended = await endLeftOvers(home.directory);
  if (ended > 0) tell('Clean up', `ended ${ended} process${ended === 1 ? '' : 'es'} of a run that was killed`);

  const port = await choosePort(config.host, config.port, anyPort);

  let onChange = (): void => undefined;
  const recordAndAnnounce = (): void => {
    recordRunning(home.directory, supervisor.running());
    onChange();
  };
  const supervisor = new Supervisor(lifetime.interrupted, recordAndAnnounce, (crash) => tell('Restart', crash));
  lifetime.atEnd(() => supervisor.stop());

  const maxConnections = Math.max(100, (config.workers + 2) * (config.databasePool + 5));
  const { databaseUrl, redisUrl } = config;
  const request = { databaseUrl, redisUrl, maxConnections, isDurable: true, composeFile: programs.composeFile };
  const services = await startServices({ ...request, env, home, supervisor, lifetime, tell });
  const environment = programEnvironment(config, env, home, services, port);
  const cli = (...args: string[]): Promise<string> =>
    runCommand(process.execPath, [programs.cli, ...args], {
      env: environment,
      cwd: process.cwd(),
      signal: lifetime.interrupted,
    });
  await cli('migrate');
  tell('Database', 'up to date');

  const program = programSpec(home, environment, config.shutdownGrace);
  let url = '';
  const workers = Array.from({ length: config.workers }, (_, index) => `worker-${index + 1}`);
  await Promise.all([
    supervisor.start(program('api', programs.api, 'listening', (message) => (url = String(message.url)))),
    ...workers.map((name) => supervisor.start(program(name, programs.worker, 'ready'))),
  ]);
  tell('API', url);
  tell('Workers', `${config.workers}, ${config.renderConcurrency} reports at once each`);
  return {
    ...services,
    home,
    url,
    apiKey: await openApiKey(home.directory, url, () => cli('keys', 'create', '--name', 'development')),
    pids: () => ({
      api: supervisor.pid('api'),
      workers: workers.map((name) => supervisor.pid(name)),
      postgres: supervisor.pid('postgres'),
      redis: supervisor.pid('redis'),
    }),
    onChange: (action) => (onChange = action),
  };
}

/** Port 0 is decided here rather than by the API, so that it keeps its address when it is started again. */
async function choosePort(host: string, configured: number, anyPort: boolean): Promise<number> {
  if (configured === 0) return freePort();
  if (await isPortFree(configured, host)) return configured;
  if (anyPort) return freePort();
  throw new Problem(`Port ${configured} on ${host} is taken by another program.`, [
    'PORT=0 npm start    # any free port',
  ]);
}

function programEnvironment(
  config: LaunchRequest['config'],
  env: NodeJS.ProcessEnv,
  home: Home,
  services: Services,
  port: number,
): NodeJS.ProcessEnv {
  return {
    ...env,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    PRESSROOM_SECRET: config.cursorSecret ?? home.secrets.cursor,
    PRESSROOM_STORAGE_DIR: env.PRESSROOM_STORAGE_DIR || home.storage,
    PORT: String(port),
  };
}

interface ProgramMessage {
  type: string;
  [field: string]: unknown;
}

/** Programs tell over the channel to their parent when they can be used: `{type, ...}`. */
function programSpec(home: Home, env: NodeJS.ProcessEnv, shutdownGraceMs: number) {
  return (name: string, path: string, readyType: string, onReady?: (message: ProgramMessage) => void): ProcessSpec => ({
    name,
    kind: 'program',
    command: process.execPath,
    args: [path],
    env,
    cwd: process.cwd(),
    log: join(home.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    graceMs: shutdownGraceMs + 5_000,
    ready: (child) => receive(child, readyType).then(onReady),
  });
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
