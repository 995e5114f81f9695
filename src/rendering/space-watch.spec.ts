import { PinoLogger } from 'nestjs-pino';
import { SpaceWatch } from './space-watch';

class Watch extends SpaceWatch {
  /** One round, now. */
  override tick(): Promise<void> {
    return super.tick();
  }
}

describe('SpaceWatch', () => {
  const logger = new PinoLogger({ pinoHttp: { level: 'silent' } });
  let free: { storage: number | undefined; temporary: number };
  let calls: string[];
  let watch: Watch;

  beforeEach(() => {
    free = { storage: 500, temporary: 500 };
    calls = [];
    const record = (name: string) => () => {
      calls.push(name);
      return Promise.resolve();
    };
    watch = new Watch(
      { minFreeSpace: 100 },
      logger,
      { freeBytes: () => Promise.resolve(free.storage) },
      { freeBytes: () => Promise.resolve(free.temporary) },
      { hold: record('hold'), release: record('release') },
    );
  });

  it('holds the worker once while there is little room, and releases it once there is room again', async () => {
    await watch.tick();
    free.storage = 99;
    await watch.tick();
    await watch.tick();
    expect(calls).toEqual(['hold']);
    free.storage = 100;
    await watch.tick();
    await watch.tick();
    expect(calls).toEqual(['hold', 'release']);
  });

  it('minds the temporary directory too', async () => {
    free = { storage: undefined, temporary: 10 };
    await watch.tick();
    expect(calls).toEqual(['hold']);
  });
});
