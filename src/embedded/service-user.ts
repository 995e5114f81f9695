import { spawnSync } from 'node:child_process';
import { Problem } from './problem';

/** An unprivileged user of this machine. */
export interface ServiceUser {
  name: string;
  uid: number;
  gid: number;
}

const ownName = 'pressroom';

/** The user that the services run as when we are root: `postgres` where a package made it, else one of our own. */
export function serviceUser(): ServiceUser {
  return lookUp('postgres') ?? lookUp(ownName) ?? create();
}

/** Whether a user may enter a directory, as the operating system itself judges it. */
export function canEnter(user: ServiceUser, directory: string): boolean {
  const { uid, gid } = user;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { uid, gid, cwd: '/' }).status === 0;
}

function lookUp(name: string): ServiceUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid };
}

function create(): ServiceUser {
  const attempts = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/bin/false', ownName],
    ['adduser', '-S', '-D', '-H', '-h', '/', '-s', '/bin/false', ownName],
  ] as const;
  for (const [command, ...args] of attempts) spawnSync(command, args);
  const user = lookUp(ownName);
  if (user === undefined)
    throw new Problem('Postgres does not run as root, and no user could be made for it.', [
      `useradd --system --user-group ${ownName}`,
    ]);
  return user;
}
