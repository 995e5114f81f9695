import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Home } from './home';
import type { ServiceName } from './install';
import { writePrivateFile } from './private-file';
import { runCommand } from './run-command';

const ports = { postgres: 5432, redis: 6379 } as const;

/** Services of our docker-compose.yml that run for this home. */
export interface ComposeServices {
  /** Port on the loopback interface of each service asked for. */
  port: (service: ServiceName) => Promise<number>;
  stop: () => Promise<void>;
}

/** Whether `docker compose` is there and a daemon answers it. */
export function hasCompose(): boolean {
  return [['compose', 'version'], ['info']].every(
    (args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 20_000 }).status === 0,
  );
}

/**
 * Starts services of the compose file under a project name of this home's own, with any free ports of the loopback
 * interface; their data stays in the project's volumes.
 *
 * @param composeFile path of docker-compose.yml
 */
export async function startComposeServices(
  home: Home,
  composeFile: string,
  services: readonly ServiceName[],
  env: NodeJS.ProcessEnv,
): Promise<ComposeServices> {
  const override = join(home.directory, 'compose.override.json');
  const opened = services.map((service) => [service, { ports: [`127.0.0.1::${ports[service]}`] }] as const);
  writePrivateFile(override, JSON.stringify({ services: Object.fromEntries(opened) }));

  const project = `pressroom-${createHash('sha256').update(home.directory).digest('hex').slice(0, 12)}`;
  const { postgres, redis, cursor } = home.secrets;
  const variables = { POSTGRES_PASSWORD: postgres, REDIS_PASSWORD: redis, PRESSROOM_SECRET: cursor };
  const compose = (...args: string[]) =>
    runCommand('docker', ['compose', '-p', project, '-f', composeFile, '-f', override, ...args], {
      env: { ...env, ...variables },
    });
  await compose('up', '--detach', '--wait', ...services);
  return {
    async port(service) {
      const address = await compose('port', service, String(ports[service]));
      return Number(address.trim().split(':').at(-1));
    },
    async stop() {
      await compose('stop', ...services);
    },
  };
}
