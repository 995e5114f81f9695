import type { PinoLogger } from 'nestjs-pino';
import { Loop } from './loop';

/** Does what it is told, round after round, and then stops itself. */
class Scripted extends Loop {
  private running = 0;
  mostAtOnce = 0;

  constructor(
    logger: PinoLogger,
    private readonly rounds: (() => Promise<void>)[],
    private readonly done: () => void,
  ) {
    super(1, logger);
  }

  protected async tick(): Promise<void> {
    const round = this.rounds.shift();
    if (!round) {
      this.done();
      return;
    }
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    await round().finally(() => this.running--);
  }
}

describe('a loop', () => {
  async function run(rounds: (() => Promise<void>)[]): Promise<{ loop: Scripted; logged: string[] }> {
    const logged: string[] = [];
    const log = ({ err }: { err?: unknown }, message: string) => logged.push(`${message.slice(0, 24)} ${String(err)}`);
    let loop!: Scripted;
    await new Promise<void>((resolve) => {
      loop = new Scripted({ error: log, info: log } as unknown as PinoLogger, rounds, resolve);
      loop.onApplicationBootstrap();
    });
    await loop.beforeApplicationShutdown();
    return { loop, logged };
  }
  const well = () => Promise.resolve();
  const failing = (message: string) => () => Promise.reject(new Error(message));

  it('says once that its rounds fail, why they fail otherwise, and that they go well again', async () => {
    const { logged } = await run([
      well,
      failing('away'),
      failing('away'),
      failing('full'),
      well,
      well,
      failing('full'),
    ]);
    expect(logged).toEqual([
      'a round of a loop failed Error: away',
      'a round of a loop failed Error: full',
      'the rounds of a loop go  undefined',
      'a round of a loop failed Error: full',
      'the rounds of a loop go  undefined',
    ]);
  });

  it('begins no round before the last one has ended', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 10));
    const { loop } = await run([slow, slow, slow]);
    expect(loop.mostAtOnce).toBe(1);
  });
});
