import { linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem';
import { readIfExists, writePrivateFile } from './private-file';
import type { ProcessMark } from './process-identity';
import { isAlive, markProcess } from './process-identity';

/**
 * Makes sure that one process at a time uses a home. The lock names its holder, so one that was left by a killed
 * process is recognised and taken over.
 *
 * @returns the function that gives the lock back
 * @throws Problem when a live process holds it
 */
export function lockHome(directory: string): () => void {
  const lock = join(directory, 'lock');
  const own = join(directory, `lock.${process.pid}`);
  writePrivateFile(own, JSON.stringify(markProcess(process.pid)));
  try {
    while (!tryLink(own, lock)) {
      const holder = readHolder(lock);
      if (holder !== undefined && isAlive(holder)) throw alreadyRunning(directory, holder.pid);
      moveAside(lock, join(directory, `lock.${process.pid}.stale`));
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readHolder(lock)?.pid === process.pid) rmSync(lock, { force: true });
  };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to); // unlike a rename, fails when `to` exists, and the content is there from the first moment
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away; puts it back if another starter has taken it over in the meantime. */
function moveAside(lock: string, aside: string): void {
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && isAlive(moved)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function readHolder(path: string): ProcessMark | undefined {
  try {
    const text = readIfExists(path);
    return text === undefined ? undefined : (JSON.parse(text) as ProcessMark);
  } catch {
    return undefined; // cut short by a full disk or a crash of the machine: nobody's
  }
}

function alreadyRunning(directory: string, pid: number): Problem {
  return new Problem(`Pressroom is already running on ${directory} (process ${pid}).`, [
    `kill ${pid}                       # to stop it`,
    'PRESSROOM_HOME=/another/directory   # to run a second one beside it',
  ]);
}
