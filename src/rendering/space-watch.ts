import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';
import { RenderProcessor } from './render.processor';
import { TemporaryFiles } from './temporary-files';

const intervalMs = 5_000;

/**
 * Keeps a worker from taking reports while there is little room for their files: they wait in the queue, or go to a
 * worker that has room, instead of failing half-way.
 */
@Injectable()
export class SpaceWatch extends Loop {
  private isShort = false;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'minFreeSpace'>,
    logger: PinoLogger,
    @Inject(STORAGE) private readonly storage: Pick<Storage, 'freeBytes'>,
    @Inject(TemporaryFiles) private readonly temporaryFiles: Pick<TemporaryFiles, 'freeBytes'>,
    @Inject(RenderProcessor) private readonly processor: Pick<RenderProcessor, 'hold' | 'release'>,
  ) {
    super(intervalMs, logger);
  }

  protected async tick(): Promise<void> {
    const places = await Promise.all([this.storage.freeBytes(), this.temporaryFiles.freeBytes()]);
    const freeBytes = Math.min(...places.map((free) => free ?? Infinity));
    const isShort = freeBytes < this.config.minFreeSpace;
    if (isShort === this.isShort) return;
    const space = { freeBytes, minFreeSpace: this.config.minFreeSpace };
    if (isShort) {
      this.logger.error(space, 'there is little room left, so this worker takes no reports');
      await this.processor.hold();
    } else {
      this.logger.info(space, 'there is room again, so this worker takes reports');
      await this.processor.release();
    }
    this.isShort = isShort;
  }
}
