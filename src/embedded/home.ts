import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { makeDirectory, newSecret, readIfExists, writePrivateFile } from './private-file';
import { canEnter, serviceUser } from './service-user';
import type { ServiceUser } from './service-user';

/** Where the one-command start keeps what it makes, and as whom its services run. */
export interface Home {
  directory: string;
  logs: string;
  /** There exactly while everything runs; see ready-file.ts. */
  readyFile: string;
  /** Default place of the finished files. */
  storage: string;
  /**
   * Parent of the data of the private Postgres and Redis: the home itself, unless we are root and the user of the
   * services cannot enter it (a project below /root, say).
   */
  services: string;
  /** Set when we are root: Postgres refuses to run as root, and Redis need not. */
  user: ServiceUser | undefined;
  secrets: Secrets;
}

/** Passwords of the private services and the service's own secret (`PRESSROOM_SECRET`). They live beside the data they protect. */
interface Secrets {
  postgresAdmin: string;
  postgres: string;
  redis: string;
  cursor: string;
}

/** Opens the home, making it on the first run. A directory that is there already keeps its mode. */
export function openHome(configured: string): Home {
  const directory = resolve(configured);
  const user = process.getuid?.() === 0 ? serviceUser() : undefined;
  const mode = user === undefined ? 0o700 : 0o711;
  makeDirectory(directory, mode);
  const services = user === undefined || canEnter(user, directory) ? directory : placeOutside(directory, mode);
  const logs = join(directory, 'logs');
  const storage = join(directory, 'storage');
  makeDirectory(logs, 0o700);
  makeDirectory(storage, 0o700);
  const readyFile = join(directory, 'ready.json');
  return { directory, logs, readyFile, storage, services, user, secrets: openSecrets(services) };
}

function placeOutside(home: string, mode: number): string {
  const parent = '/var/lib/pressroom';
  makeDirectory(parent, mode);
  const directory = join(parent, createHash('sha256').update(home).digest('hex').slice(0, 16));
  makeDirectory(directory, mode);
  return directory;
}

function openSecrets(directory: string): Secrets {
  const path = join(directory, 'secrets.json');
  const kept = readIfExists(path);
  if (kept !== undefined) return JSON.parse(kept) as Secrets;
  const secrets = { postgresAdmin: newSecret(), postgres: newSecret(), redis: newSecret(), cursor: newSecret() };
  writePrivateFile(path, `${JSON.stringify(secrets, undefined, 2)}\n`);
  return secrets;
}
