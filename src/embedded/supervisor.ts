import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from './back-off';
import { lastLines } from './last-lines';
import { Problem } from './problem';
import type { ProcessMark } from './process-identity';
import { markProcess } from './process-identity';
import type { ServiceUser } from './service-user';

/** How one process is run. */
export interface ProcessSpec {
  name: string;
  /** Programs use services: they are stopped first. */
  kind: 'service' | 'program';
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Who runs it, when not we. */
  user?: ServiceUser | undefined;
  /** File that takes its output; begun anew with the supervisor. */
  log: string;
  stopSignal: NodeJS.Signals;
  /** Time that it may take to stop before it is killed. */
  graceMs: number;
  /** Resolves when it can be used; `signal` aborts when nobody waits any more. */
  ready: (child: ChildProcess, signal: AbortSignal) => Promise<void>;
}

interface Supervised {
  spec: ProcessSpec;
  child?: ChildProcess;
  mark?: ProcessMark | undefined;
  startedAt: number;
  /** Resolves with the reason when the current run has ended. */
  ended: Promise<string>;
}

const readyWithinMs = 60_000;
/** A process that ran for this long has recovered: its next crash counts as the first. */
const recoveredAfterMs = 60_000;

/**
 * Starts processes, starts them again when they crash, and stops them all. They get a session of their own, so that
 * Ctrl-C reaches the supervisor alone and it decides the order in which they end.
 */
export class Supervisor {
  private readonly processes: Supervised[] = [];
  private readonly stopping = new AbortController();

  /**
   * @param interrupted ends the wait for a process that is starting
   * @param changed called whenever a process was started or has ended for good
   * @param tell takes a sentence about a crash
   */
  constructor(
    private readonly interrupted: AbortSignal,
    private readonly changed: () => void,
    private readonly tell: (message: string) => void,
  ) {}

  /** Resolves when the process is ready; from then on it is kept alive. Throws a Problem when its first start fails. */
  async start(spec: ProcessSpec): Promise<void> {
    const process: Supervised = { spec, startedAt: 0, ended: Promise.resolve('') };
    this.processes.push(process);
    await this.launch(process, 'w');
    void this.keepAlive(process);
  }

  /** Process id of the current run; null while there is none. */
  pid(name: string): number | null {
    return this.processes.find(({ spec }) => spec.name === name)?.mark?.pid ?? null;
  }

  /** The live processes, programs first: the order in which to end them. */
  running(): (ProcessMark & { stopSignal: NodeJS.Signals })[] {
    return [...this.ofKind('program'), ...this.ofKind('service')].flatMap(({ mark, spec }) =>
      mark === undefined ? [] : [{ ...mark, stopSignal: spec.stopSignal }],
    );
  }

  /** Ends the programs, then the services; what outlives its grace is killed. Nothing is started any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const kind of ['program', 'service'] as const) await Promise.all(this.ofKind(kind).map(end));
    this.changed();
  }

  private ofKind(kind: ProcessSpec['kind']): Supervised[] {
    return this.processes.filter(({ spec }) => spec.kind === kind);
  }

  private async launch(process: Supervised, logMode: 'w' | 'a'): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const { spec } = process;
    const child = spawnProcess(spec, logMode);
    process.child = child;
    process.startedAt = performance.now();
    process.ended = endOf(child).finally(() => (process.mark = undefined));
    process.mark = child.pid === undefined ? undefined : markProcess(child.pid);
    this.changed();
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.interrupted]);
    const tooLong = sleep(readyWithinMs, `is not ready after ${readyWithinMs / 1_000} s`, { signal });
    try {
      await Promise.race([
        spec.ready(child, signal),
        Promise.race([process.ended, tooLong]).then((reason) => failToStart(spec, reason)),
      ]);
    } finally {
      waiting.abort();
    }
  }

  private async keepAlive(process: Supervised): Promise<void> {
    const { name, log } = process.spec;
    for (let restart = 1; ; restart++) {
      const reason = await process.ended;
      if (this.stopping.signal.aborted) return;
      if (performance.now() - process.startedAt > recoveredAfterMs) restart = 1;
      const waitMs = backOff(restart);
      const again = restart === 1 ? '' : ` (${restart} times in a row, see ${log})`;
      this.tell(`${name} ${reason}${again}; starting it again in ${waitMs / 1_000} s`);
      await sleep(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      // Why a restart failed is told when the loop comes round: the process has ended, or is ended here.
      await this.launch(process, 'a').catch(() => end(process));
    }
  }
}

function spawnProcess(spec: ProcessSpec, logMode: 'w' | 'a'): ChildProcess {
  const { command, args, env, cwd, user } = spec;
  const log = openSync(spec.log, logMode, 0o600);
  try {
    const stdio = ['ignore', log, log, ...(spec.kind === 'program' ? (['ipc'] as const) : [])] as const;
    return spawn(command, args, { env, cwd, uid: user?.uid, gid: user?.gid, detached: true, stdio: [...stdio] });
  } finally {
    closeSync(log);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`could not be run: ${error.message}`);
    });
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with code ${code ?? 0}` : `was ended by ${signal}`),
    );
  });
}

async function end({ child, ended, spec }: Supervised): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), spec.graceMs);
  child.kill(spec.stopSignal);
  await ended;
  clearTimeout(kill);
}

function failToStart(spec: ProcessSpec, reason: string): never {
  throw new Problem(`${spec.name} ${reason} while starting. The end of ${spec.log}:`, lastLines(spec.log, 8));
}
