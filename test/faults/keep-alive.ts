import type { Program } from '../support/program';

/**
 * Starts a program again whenever it has ended, as a supervisor would.
 *
 * @returns stop: ends that, leaves the last run alone, and tells how many restarts there were
 */
export function keepAlive(first: Program, start: () => Promise<Program>): { stop: () => Promise<number> } {
  const over = new AbortController();
  const stopped = new Promise((resolve) => over.signal.addEventListener('abort', resolve));
  const supervise = async (): Promise<number> => {
    let program = first;
    for (let restarts = 0; ; restarts++) {
      await Promise.race([program.exited, stopped]);
      if (over.signal.aborted) return restarts;
      program = await start();
    }
  };
  const supervision = supervise();
  return {
    stop: () => {
      over.abort();
      return supervision;
    },
  };
}
