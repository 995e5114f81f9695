import { describeError } from './problem';

/** What a command is given to end well. */
export interface Lifetime {
  /** Aborts on Ctrl-C, SIGTERM and SIGHUP; the command then has to come to its end. */
  interrupted: AbortSignal;
  /** Registers a step for the end; the last one registered runs first. */
  atEnd: (step: () => Promise<void> | void) => void;
}

/**
 * Runs a command to its end, whatever the end is, then the registered steps, and exits: with the returned code, 130
 * after an interruption, 1 after a failure, which is printed.
 */
export async function runCommandLine(command: (lifetime: Lifetime) => Promise<number>): Promise<never> {
  const steps: (() => Promise<void> | void)[] = [];
  const interruption = new AbortController();
  const interrupted = interruption.signal;
  // Ctrl-C may arrive twice, from the terminal and from npm, and must not cut the end short.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // the terminal is gone
  let code: number;
  try {
    code = await command({ interrupted, atEnd: (step) => steps.push(step) });
  } catch (error) {
    code = interrupted.aborted ? 130 : fail(error);
  }
  for (const step of steps.reverse()) {
    try {
      await step();
    } catch (error) {
      code = fail(error);
    }
  }
  process.exit(code);
}

function fail(error: unknown): 1 {
  process.stderr.write(`\n${describeError(error)}\n`);
  return 1;
}
