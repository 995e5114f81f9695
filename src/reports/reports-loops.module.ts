import { Module } from '@nestjs/common';
import { AuditLoop } from './audit.loop';
import { CleanLoop } from './clean.loop';
import { CompleteBatchesLoop } from './complete-batches.loop';
import { DispatchLoop } from './dispatch.loop';
import { ReportsModule } from './reports.module';
import { RescueLoop } from './rescue.loop';
import { SweepLoop } from './sweep.loop';

/** What every worker does beside rendering, so that no report is left lying. */
@Module({
  imports: [ReportsModule],
  providers: [DispatchLoop, RescueLoop, CleanLoop, CompleteBatchesLoop, SweepLoop, AuditLoop],
})
export class ReportsLoopsModule {}
