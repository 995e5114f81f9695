import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { ReportStateMachine } from './report-state';

/** Takes reports back from workers that stopped answering, and ends those whose deadline has passed. */
@Injectable()
export class RescueLoop extends Loop {
  constructor(
    @Inject(CONFIG) config: Config,
    logger: PinoLogger,
    private readonly states: ReportStateMachine,
  ) {
    super(config.rescueInterval, logger);
  }

  protected async tick(): Promise<void> {
    for (const { id, state, attempt } of await this.states.rescue(200))
      this.logger.warn({ reportId: id, state, attempt }, 'a report was taken back from a lost worker');
    for (const { id } of await this.states.failOverdue(500))
      this.logger.warn({ reportId: id }, 'a report was not finished before its deadline');
  }
}
