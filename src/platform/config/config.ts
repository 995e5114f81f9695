import { readFileSync } from 'node:fs';
import type { Network } from './networks';
import { parseNetworks } from './networks';
import { parseDuration, parseSize } from './units';
import type { Setting } from './setting';
import { settings } from './settings';

type Settings = typeof settings;
type Value<S> = S extends { type: 'integer' | 'duration' | 'size' }
  ? number
  : S extends { type: 'durations' }
    ? readonly number[]
    : S extends { type: 'networks' }
      ? readonly Network[]
      : S extends { choices: readonly (infer C)[] }
        ? C
        : string;

/** The settings, parsed: durations in milliseconds, sizes in bytes. */
export type Config = { readonly [K in keyof Settings]: Value<Settings[K]> };

/** Injection token of the {@link Config}. */
export const CONFIG = Symbol('config');

/** All that is wrong with the environment, one line a fault, each naming its variable. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the configuration of a process.
 *
 * @param required settings without a default that this process cannot do without
 * @throws ConfigError that lists every fault
 */
export function loadConfig(required: readonly RequiredKey[], env: NodeJS.ProcessEnv = process.env): Config {
  const { values, faults } = readSettings(env);
  for (const key of required) {
    if (values[key] === undefined && !faults.some((fault) => fault.startsWith(settings[key].env)))
      faults.push(`${settings[key].env} is not set: ${settings[key].doc}`);
  }
  const config = values as Config;
  // A setting that is at fault itself is undefined here, and compares as false.
  if (config.heartbeat * 3 > config.lease)
    faults.push(`${settings.heartbeat.env} must be at most a third of ${settings.lease.env}`);
  if (config.storage === 's3' && config.s3Bucket === '')
    faults.push(`${settings.s3Bucket.env} is not set: the storage s3 needs a bucket`);
  const secret = values.cursorSecret;
  if (required.includes('cursorSecret') && typeof secret === 'string' && secret.length < 32)
    faults.push(`${settings.cursorSecret.env} must have at least 32 characters`);
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** Reads what the one-command start needs: connections and the secret may be missing, it then makes its own. */
export function loadEmbeddedConfig(
  env: NodeJS.ProcessEnv = process.env,
): Omit<Config, RequiredKey> & Partial<Pick<Config, RequiredKey>> {
  const { values, faults } = readSettings(env);
  if (faults.length > 0) throw new ConfigError(faults);
  return values as ReturnType<typeof loadEmbeddedConfig>;
}

/** The environment as given, for a child process that gets its settings through it. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}

/** What the AWS SDK reads its credentials from, for a thread that has no environment of its own. */
export function awsEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
}

/** Settings that have no default. */
export type RequiredKey = 'databaseUrl' | 'redisUrl' | 'cursorSecret';

function readSettings(env: NodeJS.ProcessEnv) {
  const faults: string[] = [];
  const values: Partial<Record<keyof Settings, Parsed>> = {};
  for (const key of Object.keys(settings) as (keyof Settings)[]) {
    const setting: Setting = settings[key];
    const text = readText(setting, env, faults) ?? setting.default;
    if (text === undefined) continue;
    const parsed = parse(setting, text);
    if (isFault(parsed)) faults.push(`${setting.env} ${parsed.fault}`);
    else values[key] = parsed;
  }
  return { values, faults };
}

function readText(setting: Setting, env: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const direct = env[setting.env];
  const file = setting.secret ? env[`${setting.env}_FILE`] : undefined;
  if (direct !== undefined && direct !== '') return direct;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    faults.push(`${setting.env}_FILE names a file that cannot be read`);
    return undefined;
  }
}

type Parsed = string | number | readonly number[] | readonly Network[];

function isFault(parsed: Parsed | { fault: string }): parsed is { fault: string } {
  return typeof parsed === 'object' && 'fault' in parsed;
}

function parse(setting: Setting, text: string): Parsed | { fault: string } {
  // A secret's value never appears in a message.
  const shown = setting.secret ? '' : `, not '${text}'`;
  switch (setting.type) {
    case 'text':
      return text;
    case 'url':
      return isUrlOf(setting.schemes, text) ? text : { fault: `must be a URL such as ${setting.example}${shown}` };
    case 'choice':
      return setting.choices?.includes(text)
        ? text
        : { fault: `must be one of ${setting.choices?.join(', ') ?? ''}${shown}` };
    case 'integer':
      return inRange(setting, /^\d{1,15}$/.test(text) ? Number(text) : undefined, `a whole number${shown}`);
    case 'duration':
      return inRange(setting, parseDuration(text), `a duration such as 500ms, 30s, 10m, 24h or 7d${shown}`);
    case 'durations': {
      const durations = text.split(',').map(parseDuration);
      return durations.every((duration) => duration !== undefined)
        ? durations
        : { fault: `must be durations separated by commas, such as 0s,5s,5m${shown}` };
    }
    case 'networks':
      return (
        parseNetworks(text) ?? { fault: `must be networks separated by commas, such as 10.0.0.0/8,fd00::/8${shown}` }
      );
    case 'size':
      return inRange(setting, parseSize(text), `a size such as 512B, 64KiB, 1MiB or 2GiB${shown}`);
  }
}

function isUrlOf(schemes: readonly string[] = [], text: string): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));
}

function inRange(setting: Setting, value: number | undefined, expected: string): number | { fault: string } {
  if (value === undefined) return { fault: `must be ${expected}` };
  if (setting.min !== undefined && value < setting.min) return { fault: `must be at least ${setting.min}` };
  if (setting.max !== undefined && value > setting.max) return { fault: `must be at most ${setting.max}` };
  return value;
}
