import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runCommand } from './run-command';

export type ServiceName = 'postgres' | 'redis';

/** A package manager that we may use without asking anybody for a password. */
export interface Installer {
  /** What will be run, as a person would type it. */
  describe: (services: readonly ServiceName[]) => string;
  install: (services: readonly ServiceName[], env: NodeJS.ProcessEnv) => Promise<void>;
}

const debianPackages = { postgres: 'postgresql', redis: 'redis-server' } as const;
const brewFormulas = { postgres: 'postgresql@17', redis: 'redis' } as const;

/** The installer of this machine, undefined when there is none that works unattended. */
export function findInstaller(): Installer | undefined {
  if (process.platform === 'darwin') return succeeds('brew', ['--version']) ? brew : undefined;
  if (!existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return debian([]);
  return succeeds('sudo', ['-n', 'true']) ? debian(['sudo', '-n']) : undefined;
}

/** What a person can type to install the services themselves. */
export function installCommands(services: readonly ServiceName[]): string[] {
  if (process.platform === 'darwin') return [`brew install ${names(services, brewFormulas)}`];
  return [`sudo apt-get install ${names(services, debianPackages)}    # Debian, Ubuntu`];
}

const brew: Installer = {
  describe: (services) => `brew install ${names(services, brewFormulas)}`,
  async install(services, env) {
    await runCommand('brew', ['install', ...services.map((service) => brewFormulas[service])], { env });
  },
};

function debian(prefix: readonly string[]): Installer {
  return {
    describe: (services) => [...prefix, 'apt-get install', names(services, debianPackages)].join(' '),
    async install(services, env) {
      const packages = services.map((service) => debianPackages[service]);
      const [command, ...args] = [...prefix, '/bin/sh', '-c', debianScript, 'sh', String(process.pid), ...packages];
      await runCommand(command!, args, { env });
    },
  };
}

/**
 * Installs the packages $2... without the services that they would otherwise start, now (policy-rc.d), as a cluster of
 * Postgres (createcluster.d) or at the next boot (systemctl). The policy is bound to the life of our process $1, so
 * that it cannot outlive an installation that is killed; a policy that is there already is left alone.
 */
const debianScript = `set -eu
parent=$1; shift
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/pressroom.conf
clean() { rm -f "$cluster"; if grep -qs 'Made by Pressroom' "$policy"; then rm -f "$policy"; fi; }
trap clean EXIT
trap 'exit 1' HUP INT TERM
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\n# Made by Pressroom while it installs.\\nkill -0 %s 2>/dev/null && exit 101\\nexit 0\\n' "$parent" > "$policy"
  chmod 755 "$policy"
fi
mkdir -p "\${cluster%/*}"
echo 'create_main_cluster = false' > "$cluster"
install() { apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"; }
# The lists may be missing, as in most images, or older than the packages on the mirror.
install "$@" || { apt-get update && install "$@"; }
if [ -d /run/systemd/system ]; then
  for name in "$@"; do systemctl disable --quiet "$name" || true; done
fi
`;

function names(services: readonly ServiceName[], packages: Record<ServiceName, string>): string {
  return services.map((service) => packages[service]).join(' ');
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
