import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import type { ClaimedReport } from '../reports/report-state';

const prefix = `pressroom-${hostname()}-`;

/** Where this process writes documents until they are stored, and its render threads what they sort. What a killed process of this host left is removed. */
@Injectable()
export class TemporaryFiles implements OnModuleInit, OnApplicationShutdown {
  private readonly parent: string;
  /** Of this process alone. */
  readonly directory: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.parent = config.temporaryDirectory === '' ? tmpdir() : config.temporaryDirectory;
    this.directory = join(this.parent, `${prefix}${process.pid}`);
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.parent, { recursive: true });
    const left = (await readdir(this.parent)).filter((name) => isOfThisHost(name) && !isAlive(name));
    // What another user left is not ours to remove.
    await Promise.allSettled(left.map((name) => rm(join(this.parent, name), { recursive: true, force: true })));
    // In a container the process before this one had the same number.
    await rm(this.directory, { recursive: true, force: true });
    await mkdir(this.directory, { mode: 0o700 });
  }

  async onApplicationShutdown(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  pathFor({ id, attempt, format }: ClaimedReport): string {
    return join(this.directory, `${id}-${attempt}.${format}`);
  }
}

function isOfThisHost(name: string): boolean {
  return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
}

function isAlive(name: string): boolean {
  try {
    return process.kill(Number(name.slice(prefix.length)), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's, so alive
  }
}
