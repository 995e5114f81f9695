import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Counter } from 'prom-client';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { Loop } from '../platform/loops/loop';
import { ReportStateMachine } from './report-state';

const rescued = new Counter({
  name: 'pressroom_reports_rescued_total',
  help: 'Reports that were taken back from a worker that had fallen silent, by the state that they have since.',
  labelNames: ['state'],
});
const overdue = new Counter({
  name: 'pressroom_reports_overdue_total',
  help: 'Reports that failed because their deadline passed while they waited.',
});

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
    for (const { id, state, attempt } of await this.states.rescue(200)) {
      rescued.inc({ state });
      this.logger.warn({ reportId: id, state, attempt }, 'a report was taken back from a lost worker');
    }
    for (const { id } of await this.states.failOverdue(500)) {
      overdue.inc();
      this.logger.warn({ reportId: id }, 'a report was not finished before its deadline');
    }
  }
}
