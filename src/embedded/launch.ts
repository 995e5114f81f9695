import { rmSync } from 'node:fs';
import type { loadEmbeddedConfig } from '../platform/config/config';
import { openApiKey } from './api-key';
import { freePort, isPortFree } from './free-port';
import type { Home } from './home';
import { openHome } from './home';
import { lockHome } from './home-lock';
import { endLeftOvers, recordRunning } from './left-overs';
import type { Lifetime } from './lifetime';
import { Problem } from './problem';
import type { Programs } from './programs';
import { programEnvironment, programSpec } from './programs';
import { runCommand } from './run-command';
import type { Services } from './services';
import { startServices } from './services';
import { Supervisor } from './supervisor';

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
export async function launch(request: LaunchRequest): Promise<Pressroom> {
  const { config, env, programs, lifetime, tell } = request;
  const home = await takeHome(request);
  const port = await choosePort(request);

  let onChange = (): void => undefined;
  const changed = (): void => {
    recordRunning(home.directory, supervisor.running());
    onChange();
  };
  const supervisor = new Supervisor(lifetime.interrupted, changed, (crash) => tell('Restart', crash));
  lifetime.atEnd(() => supervisor.stop());

  const { databaseUrl, redisUrl, workers, databasePool } = config;
  const maxConnections = Math.max(100, (workers + 2) * (databasePool + 5));
  const wanted = { databaseUrl, redisUrl, maxConnections, isDurable: true, composeFile: programs.composeFile };
  const services = await startServices({ ...wanted, env, home, supervisor, lifetime, tell });

  const environment = programEnvironment(config, env, home, services, port);
  const cli = (...args: string[]): Promise<string> =>
    runCommand(process.execPath, [programs.cli, ...args], {
      env: environment,
      cwd: process.cwd(),
      signal: lifetime.interrupted,
    });
  await cli('migrate');
  tell('Database', 'up to date');

  const { url, workerNames } = await startPrograms(request, home, supervisor, environment);
  return {
    ...services,
    home,
    url,
    apiKey: await openApiKey(home.directory, url, () => cli('keys', 'create', '--name', 'development')),
    pids: () => ({
      api: supervisor.pid('api'),
      workers: workerNames.map((name) => supervisor.pid(name)),
      postgres: supervisor.pid('postgres'),
      redis: supervisor.pid('redis'),
    }),
    onChange: (action) => (onChange = action),
  };
}

/** Opens and locks the home, and clears what a killed run left in it. */
async function takeHome({ config, tell, lifetime }: LaunchRequest): Promise<Home> {
  const home = openHome(config.home);
  lifetime.atEnd(lockHome(home.directory));
  if (home.services !== home.directory)
    tell('Data', `${home.services}, as ${home.user?.name ?? 'we'} cannot enter ${home.directory}`);
  rmSync(home.readyFile, { force: true });
  const ended = await endLeftOvers(home.directory);
  if (ended > 0) tell('Clean up', `ended ${ended} process${ended === 1 ? '' : 'es'} of a run that was killed`);
  return home;
}

/** Port 0 is decided here rather than by the API, so that it keeps its address when it is started again. */
async function choosePort({ config: { host, port }, anyPort }: LaunchRequest): Promise<number> {
  if (port === 0) return freePort();
  if (await isPortFree(port, host)) return port;
  if (anyPort) return freePort();
  throw new Problem(`Port ${port} on ${host} is taken by another program.`, ['PORT=0 npm start    # any free port']);
}

async function startPrograms(
  { config, programs, tell }: LaunchRequest,
  home: Home,
  supervisor: Supervisor,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; workerNames: string[] }> {
  let url = '';
  const api = { name: 'api', path: programs.api, readyType: 'listening' };
  const workers = Array.from({ length: config.workers }, (_, index) => ({
    name: `worker-${index + 1}`,
    path: programs.worker,
    readyType: 'ready',
    env: config.metricsPort === 0 ? env : { ...env, METRICS_PORT: String(config.metricsPort + 1 + index) },
  }));
  await Promise.all([
    supervisor.start(programSpec(api, home, env, config, (message) => (url = String(message.url)))),
    ...workers.map((worker) => supervisor.start(programSpec(worker, home, worker.env, config))),
  ]);
  tell('API', url);
  tell(
    'Workers',
    `${config.workers}, ${config.renderConcurrency} reports and ${config.longConcurrency} long ones at once each`,
  );
  return { url, workerNames: workers.map(({ name }) => name) };
}
