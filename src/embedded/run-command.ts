import { spawn } from 'node:child_process';
import { Problem } from './problem';
import type { ServiceUser } from './service-user';

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  user?: ServiceUser | undefined;
  /** Ends the command when aborted. */
  signal?: AbortSignal;
}

/** Runs a command to its end. Returns what it wrote to standard output; throws a Problem with its last lines when it fails. */
export async function runCommand(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { env, cwd = '/', user, signal } = options;
  const child = spawn(command, args, {
    env,
    cwd,
    uid: user?.uid,
    gid: user?.gid,
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (everything += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      if (error.name !== 'AbortError') reject(error); // aborted: it is ending, but has not yet
    });
    child.once('close', resolve);
  });
  signal?.throwIfAborted();
  if (code === 0) return output;
  const shown = [command, ...args].join(' ');
  throw new Problem(`\`${shown}\` failed (${code ?? 'ended by a signal'}):`, everything.trim().split('\n').slice(-12));
}
