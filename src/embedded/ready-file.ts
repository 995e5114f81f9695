import { rmSync } from 'node:fs';
import type { Pressroom } from './launch';
import type { Lifetime } from './lifetime';
import { writePrivateFile } from './private-file';

/**
 * Writes `<home>/ready.json` for programs that drive this one: `{url, apiKey, pids: {api, workers, postgres, redis},
 * databaseUrl, redisUrl}`. It is there exactly while everything runs, and rewritten when a process is started again.
 */
export function publishReadyFile(pressroom: Pressroom, lifetime: Lifetime): void {
  const { home, url, apiKey, databaseUrl, redisUrl } = pressroom;
  const write = (): void => {
    const content = { url, apiKey, pids: pressroom.pids(), databaseUrl, redisUrl };
    writePrivateFile(home.readyFile, `${JSON.stringify(content, undefined, 2)}\n`);
  };
  write();
  pressroom.onChange(write);
  lifetime.atEnd(() => {
    pressroom.onChange(() => undefined);
    rmSync(home.readyFile, { force: true });
  });
}
