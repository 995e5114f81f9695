import type { INestApplicationContext } from '@nestjs/common';
import { Logger } from 'nestjs-pino';
import { performance } from 'node:perf_hooks';

/** A terminal and npm both pass on one Ctrl-C: a signal that soon after the first is the same wish. */
const sameWishMs = 1_000;

/**
 * Ends the process in good order, with 0 or the exit code that was set, on SIGTERM, SIGINT or SIGHUP: first what is to be
 * done while it still serves, then the application's own shutdown hooks. A second SIGTERM or SIGINT ends it at once, with 128 and the signal's
 * number; what it was doing is then taken back when its leases have run out.
 */
export function endOnSignal(app: INestApplicationContext, drain: () => Promise<void> = () => Promise.resolve()): void {
  let since: number | undefined;
  const logger = app.get(Logger);
  const end = (signal: NodeJS.Signals): void => {
    if (since === undefined) {
      since = performance.now();
      logger.log({ msg: 'shutting down', signal });
      close(app, drain).then(
        () => process.exit(), // with 0, unless the process itself gave up
        (err: unknown) => {
          logger.error({ msg: 'the shutdown failed', err });
          process.exit(1);
        },
      );
    } else if (signal !== 'SIGHUP' && performance.now() - since > sameWishMs) {
      process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
}

async function close(app: INestApplicationContext, drain: () => Promise<void>): Promise<void> {
  await drain();
  await app.close();
}
