import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import type { ClaimedReport } from '../reports/report-state';
import { RenderFailed } from './render-failure';

const prefix = `pressroom-${hostname()}-`;

/**
 * Where this process writes documents until they are stored, and its render threads what they sort: in a folder for each
 * attempt, for a thread that is ended cannot tidy up. What a killed process of this host left is removed.
 */
@Injectable()
export class TemporaryFiles implements OnModuleInit, OnApplicationShutdown {
  private readonly parent: string;
  /** Of this process alone. */
  private readonly directory: string;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly logger: PinoLogger,
  ) {
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

  /**
   * @returns the path of the attempt's document, in a folder of the attempt's own
   * @throws RenderFailed (storage_unavailable)
   */
  async make(report: ClaimedReport): Promise<string> {
    const folder = this.folderOf(report);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new RenderFailed('storage_unavailable', 'The file could not be written where it is made.', error);
    }
    return join(folder, `document.${report.format}`);
  }

  /** Removes the attempt's folder with all that is in it; what resists is removed with the process's own. */
  async remove(report: ClaimedReport): Promise<void> {
    // A thread that was ended may be just about to make a file.
    const removed = rm(this.folderOf(report), { recursive: true, force: true, maxRetries: 3 });
    await removed.catch((err: unknown) => this.logger.warn({ err, reportId: report.id }, 'temporary files are left'));
  }

  private folderOf({ id, attempt }: ClaimedReport): string {
    return join(this.directory, `${id}-${attempt}`);
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
