import { setTimeout as wait } from 'node:timers/promises';
import type { Pressroom } from '../support/pressroom';
import type { Program } from '../support/program';

const startAgainMs = 250;

/**
 * Starts a program of the service again whenever it has ended, as a supervisor would: also when it could not start, as
 * without Postgres.
 *
 * @returns stop: ends that, leaves the last run alone, and tells how many restarts there were
 */
export function keepAlive(
  pressroom: Pressroom,
  first: Program,
  start: () => Promise<Program>,
): { stop: () => Promise<number> } {
  const stopped = new AbortController();
  const over = AbortSignal.any([stopped.signal, pressroom.ending]);
  const isOver = new Promise((resolve) => over.addEventListener('abort', resolve));
  const supervise = async (): Promise<number> => {
    let program: Program | undefined = first;
    for (let restarts = 0; ; restarts++) {
      await Promise.race([program?.exited ?? wait(startAgainMs), isOver]);
      if (over.aborted) return restarts;
      program = await start().catch(() => undefined);
    }
  };
  const supervision = supervise();
  return {
    stop: () => {
      stopped.abort();
      return supervision;
    },
  };
}
