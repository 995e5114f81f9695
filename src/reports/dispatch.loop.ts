import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { Dispatcher } from './dispatcher';

/** Rings for reports whose back-off is over, that nobody lived to ring for, or whose ring was lost. */
@Injectable()
export class DispatchLoop extends Loop {
  constructor(
    @Inject(CONFIG) config: Config,
    logger: PinoLogger,
    private readonly dispatcher: Dispatcher,
  ) {
    super(config.dispatchInterval, logger);
  }

  protected async tick(): Promise<void> {
    await this.dispatcher.ringForAll(500);
  }
}
