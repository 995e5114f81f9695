import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../src/embedded/home';
import { queryOnce } from '../../src/embedded/postgres-server';
import { runCommand } from '../../src/embedded/run-command';
import { startServices } from '../../src/embedded/services';
import { Supervisor } from '../../src/embedded/supervisor';

/** The throw-away Postgres and Redis of one run of the tests. */
export interface PrivateServices {
  /** A migrated database that nobody connects to: databases are cloned from it. */
  templateUrl: string;
  redisUrl: string;
  /** Holds their data, and may hold whatever else is to vanish with them. */
  directory: string;
  stop: () => Promise<void>;
}

const root = join(__dirname, '..', '..');
const templateName = 'pressroom_template';

/**
 * Starts both in a new temporary directory. What is missing on the machine is installed, as `npm start` would.
 *
 * @param isDurable true where they are to be killed: what Postgres has committed must then be there again
 */
export async function startPrivateServices(isDurable: boolean): Promise<PrivateServices> {
  const directory = await mkdtemp(join(tmpdir(), 'pressroom-test-'));
  await chmod(directory, 0o711); // so that the user of the services, when we are root, can enter it
  const home = openHome(join(directory, 'home'));
  const steps: (() => void | Promise<void>)[] = [() => remove(directory), () => remove(home.services)];
  const stop = async () => {
    for (const step of steps.splice(0).reverse()) await step();
  };
  try {
    const interrupted = new AbortController().signal;
    const supervisor = new Supervisor(interrupted, () => undefined, warn);
    steps.push(() => supervisor.stop());
    const { databaseUrl, redisUrl } = await startServices({
      maxConnections: 300,
      isDurable,
      env: process.env,
      composeFile: join(root, 'docker-compose.yml'),
      home,
      supervisor,
      lifetime: { interrupted, atEnd: (step) => steps.push(step) },
      tell: (subject, message) => {
        if (subject === 'Install' || subject === 'Docker') warn(`${subject}: ${message}`);
      },
    });
    return { templateUrl: await createTemplate(databaseUrl, redisUrl), redisUrl, directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createTemplate(databaseUrl: string, redisUrl: string): Promise<string> {
  await queryOnce(databaseUrl, `CREATE DATABASE ${templateName}`);
  const url = Object.assign(new URL(databaseUrl), { pathname: `/${templateName}` }).href;
  await runCommand(process.execPath, [join(root, 'dist', 'cli.js'), 'migrate'], {
    env: { ...process.env, DATABASE_URL: url, REDIS_URL: redisUrl, PRESSROOM_SECRET: 'x'.repeat(32) },
    cwd: root,
  });
  return url;
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 10 }); // a test that was cut off may still be writing
}

function warn(message: string): void {
  process.stderr.write(`${message}\n`);
}
