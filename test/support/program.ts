import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = join(__dirname, '..', '..');
const stopWithinMs = 15_000;

/** A compiled program of the service in a process of its own; what it prints is kept for the message of a failed test. */
export class Program {
  /** The exit code; null when it was killed. */
  readonly exited: Promise<number | null>;
  private printed = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.exited = new Promise((resolve) => child.once('close', resolve));
  }

  /** Starts `dist/<name>.js`. */
  static start(name: string, env: NodeJS.ProcessEnv): Program {
    const child = fork(join(root, 'dist', `${name}.js`), {
      cwd: root,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Program(name, child);
  }

  /** The message that it sends when it is ready; rejects when it ends before that. */
  ready(): Promise<unknown> {
    const ended = this.exited.then((code) => {
      throw new Error(`${this.name} ended with ${String(code)} before it was ready:\n${this.output}`);
    });
    return Promise.race([new Promise((resolve) => this.child.once('message', resolve)), ended]);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Everything printed so far. */
  get output(): string {
    return this.printed;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as an operator would; returns the exit code. Kills it, and throws, when it does not end in time. */
  async stop(): Promise<number | null> {
    if (!this.isRunning) return this.exited;
    this.kill('SIGTERM');
    const timeUp = new AbortController();
    const code = await Promise.race([
      this.exited,
      wait(stopWithinMs, 'late' as const, { signal: timeUp.signal }).catch(() => null),
    ]);
    timeUp.abort();
    if (code !== 'late') return code;
    this.kill('SIGKILL');
    await this.exited;
    throw new Error(`${this.name} did not stop within ${stopWithinMs} ms:\n${this.output}`);
  }
}
