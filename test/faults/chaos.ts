import Redis from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pressroom } from '../support/pressroom';
import type { Program } from '../support/program';
import { redisUrl } from '../support/services';
import { postmaster } from './postmaster';

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32, by Tommy Ettinger, public domain). */
function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Does one thing after another to a running service, by chance, and sometimes several at once. */
export class Chaos {
  /** How often each fault was done. */
  readonly done: Record<string, number> = {};
  private readonly random: () => number;
  private readonly underWay = new Set<Promise<void>>();
  private readonly redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 0 });

  /** Each fault as often as its weight says. */
  private readonly faults: readonly (readonly [name: string, weight: number, act: () => Promise<void>])[] = [
    ['a worker is killed', 4, () => this.kill(this.pressroom.liveWorkers, 'SIGKILL')],
    ['a worker is told to stop', 2, () => this.kill(this.pressroom.liveWorkers, 'SIGTERM')],
    ['a worker is frozen past its lease', 2, () => this.freeze(this.pressroom.liveWorkers, 5_000)],
    ['an API is killed', 2, () => this.kill(this.apis(), 'SIGKILL')],
    ['an API is told to stop', 1, () => this.kill(this.apis(), 'SIGTERM')],
    ['an API is frozen', 1, () => this.freeze(this.apis(), 2_000)],
    [
      'Redis is emptied',
      2,
      async () => {
        await this.redis.flushall();
      },
    ],
    ['Redis is killed', 1, () => this.redisPid().then((pid) => void process.kill(pid, 'SIGKILL'))],
    ['Redis is frozen', 1, () => this.freezeRedis(3_000)],
    ['Postgres is restarted', 1, () => postmaster(this.pressroom).then((pid) => void process.kill(pid, 'SIGQUIT'))],
  ];

  constructor(
    private readonly pressroom: Pressroom,
    private readonly apis: () => Program[],
    seed: number,
  ) {
    this.random = seededNumbers(seed);
    this.redis.on('error', () => undefined); // it is away because of us
  }

  /** Goes on until the signal; returns when all that was frozen goes on again. */
  async rage(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const [name, , act] = this.pick();
      const fault = act()
        .then(() => void (this.done[name] = (this.done[name] ?? 0) + 1))
        .catch(() => undefined) // its victim is already down
        .finally(() => this.underWay.delete(fault));
      this.underWay.add(fault);
      await wait(500 + this.random() * 2_500, undefined, { signal: over }).catch(() => undefined);
    }
    await Promise.all(this.underWay);
    this.redis.disconnect();
  }

  private pick() {
    const all = this.faults.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.random() * all;
    return this.faults.find(([, weight]) => (left -= weight) < 0) ?? this.faults[0]!;
  }

  private oneOf(programs: readonly Program[]): Program {
    const program = programs[Math.floor(this.random() * programs.length)];
    if (!program) throw new Error('none of them is running');
    return program;
  }

  private async kill(programs: readonly Program[], signal: NodeJS.Signals): Promise<void> {
    const program = this.oneOf(programs);
    program.kill(signal);
    await program.exited;
  }

  private async freeze(programs: readonly Program[], ms: number): Promise<void> {
    const program = this.oneOf(programs);
    program.kill('SIGSTOP');
    await wait(ms);
    program.kill('SIGCONT');
  }

  private async freezeRedis(ms: number): Promise<void> {
    const pid = await this.redisPid();
    process.kill(pid, 'SIGSTOP');
    await wait(ms);
    process.kill(pid, 'SIGCONT');
  }

  private async redisPid(): Promise<number> {
    return Number(/process_id:(\d+)/.exec(await this.redis.info('server'))![1]);
  }
}
