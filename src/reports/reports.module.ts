import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '../storage/storage.module';
import { Dispatcher } from './dispatcher';
import { IdempotencyKey } from './idempotency-key.entity';
import { ReportBatch } from './report-batch.entity';
import { ReportEvent } from './report-event.entity';
import { ReportFile } from './report-file.entity';
import { ReportGauges } from './report-gauges';
import { ReportInput } from './report-input.entity';
import { ReportStateMachine } from './report-state';
import { ReportUpload } from './report-upload.entity';
import { Report } from './report.entity';
import { RungReports } from './rung-reports';

/** The report's state and its announcement: what the API and the workers both need. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Report, ReportBatch, ReportInput, ReportUpload, ReportFile, ReportEvent, IdempotencyKey]),
    StorageModule,
  ],
  providers: [ReportStateMachine, RungReports, Dispatcher, ReportGauges],
  exports: [TypeOrmModule, StorageModule, ReportStateMachine, Dispatcher],
})
export class ReportsModule {}
