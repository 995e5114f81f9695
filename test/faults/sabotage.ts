import { join } from 'node:path';

type Sabotage =
  'broken-storage' | 'die-after-commit' | 'linger' | 'no-fence' | 'poisoned-threads' | 'skewed-clock' | 'slow-render';

/** Settings of a program that is to be started with changes to its compiled code. */
export function sabotage(
  names: readonly Sabotage[],
  settings: Record<string, number | string> = {},
): NodeJS.ProcessEnv {
  const options = names.map((name) => `--require ${join(__dirname, 'sabotage', `${name}.cjs`)}`);
  const env: NodeJS.ProcessEnv = { NODE_OPTIONS: options.join(' ') };
  for (const [name, value] of Object.entries(settings)) env[`SABOTAGE_${name}`] = String(value);
  return env;
}
