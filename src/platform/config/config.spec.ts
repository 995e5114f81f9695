import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, loadEmbeddedConfig } from './config';

const required = {
  DATABASE_URL: 'postgres://localhost/x',
  REDIS_URL: 'redis://localhost',
  PRESSROOM_SECRET: 'x'.repeat(32),
};
const everything = ['databaseUrl', 'redisUrl', 'cursorSecret'] as const;

describe('loadConfig', () => {
  it('parses durations, sizes and numbers, and fills in defaults', () => {
    const config = loadConfig(everything, {
      ...required,
      PRESSROOM_LEASE: '1m',
      PRESSROOM_RENDER_HEAP: '1GiB',
      PRESSROOM_MIN_FREE_SPACE: '0',
      PORT: '0',
    });
    expect(config).toMatchObject({
      lease: 60_000,
      renderHeap: 2 ** 30,
      minFreeSpace: 0,
      port: 0,
      heartbeat: 10_000,
      logLevel: 'info',
    });
  });

  it('reports every fault at once, each with its variable', () => {
    const faults = faultsOf({
      REDIS_URL: 'nowhere',
      PRESSROOM_SECRET: 'short',
      PORT: '70000',
      PRESSROOM_LEASE: '30',
      LOG_LEVEL: 'loud',
      PRESSROOM_DATABASE_POOL: '1',
    });
    for (const variable of [
      'DATABASE_URL',
      'REDIS_URL',
      'PORT',
      'PRESSROOM_LEASE',
      'LOG_LEVEL',
      'PRESSROOM_DATABASE_POOL',
    ])
      expect(faults).toContainEqual(expect.stringContaining(`${variable} `));
  });

  it('refuses a heartbeat that would let the lease run out, and a short secret', () => {
    const faults = faultsOf({ ...required, PRESSROOM_HEARTBEAT: '20s', PRESSROOM_SECRET: 'short' });
    expect(faults).toHaveLength(2);
  });

  it('never shows the value of a secret', () => {
    expect(faultsOf({ ...required, DATABASE_URL: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('reads a secret from the file that is named instead of it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pressroom-config-'));
    const file = join(directory, 'secret');
    writeFileSync(file, `${'y'.repeat(40)}\n`);
    const config = loadConfig(everything, { ...required, PRESSROOM_SECRET: '', PRESSROOM_SECRET_FILE: file });
    expect(config.cursorSecret).toBe('y'.repeat(40));
    expect(faultsOf({ ...required, PRESSROOM_SECRET: '', PRESSROOM_SECRET_FILE: `${file}-gone` })).toHaveLength(1);
    rmSync(directory, { recursive: true });
  });

  it('asks only for what the process needs', () => {
    expect(loadConfig(['databaseUrl'], { DATABASE_URL: required.DATABASE_URL }).databaseUrl).toBe(
      required.DATABASE_URL,
    );
    expect(loadEmbeddedConfig({})).toMatchObject({ workers: 1, home: '.pressroom' });
  });
});

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(everything, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
