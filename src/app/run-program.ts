import type { Config, RequiredKey } from '../platform/config/config';
import { ConfigError, loadConfig } from '../platform/config/config';
import { isDatabaseUnavailable } from '../platform/database/database-errors';

/** EX_CONFIG of sysexits.h: something was configured wrongly, so starting again does not help. */
const exitConfig = 78;

/** Starts a process: reads the configuration, and ends with a message that says what to mend if that fails. */
export function runProgram(required: readonly RequiredKey[], start: (config: Config) => Promise<void>): void {
  let config: Config;
  try {
    config = loadConfig(required);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitConfig;
    return;
  }
  // A process that was forked ends with its parent, even when that was killed.
  process.once('disconnect', () => process.kill(process.pid, 'SIGHUP'));
  start(config).catch((error: unknown) => {
    process.stderr.write(`The process could not start: ${explain(error, config)}\n`);
    process.exit(error instanceof ConfigError ? exitConfig : 1);
  });
}

/** Names the setting that is most likely to be wrong. */
function explain(error: unknown, { host, port, metricsPort }: Config): string {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return `${message}. Set PORT (${port}), METRICS_PORT (${metricsPort}) or HOST (${host}) to another one.`;
  if (error instanceof ConfigError) return message;
  if (isDatabaseUnavailable(error)) return `Postgres does not answer: ${message}. Is DATABASE_URL right?`;
  return stack ?? message;
}
