import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { DataSourcesModule } from '../data-sources/data-sources.module';
import { TemplatesModule } from '../templates/templates.module';
import { AcceptReport } from './accept-report';
import { BacklogLimits } from './backlog-limits';
import { BatchesController } from './batches.controller';
import { CheckBatchRequest } from './check-batch-request';
import { CheckReportRequest } from './check-report-request';
import { DeleteController } from './delete.controller';
import { DownloadLinks } from './download-links/download-links';
import { DownloadLinksController } from './download-links/download-links.controller';
import { FileController } from './file.controller';
import { FindBatches } from './find-batches';
import { FindReports } from './find-reports';
import { InsertReports } from './insert-reports';
import { ReportsController } from './reports.controller';
import { ReportsModule } from './reports.module';
import { SendFile } from './send-file';
import { AwaitReport } from './waiting/await-report';
import { EventsController } from './waiting/events.controller';
import { ReadEvents } from './waiting/read-events';
import { ReportChanges } from './waiting/report-changes';
import { Waiters } from './waiting/waiters';

/** The report resource over HTTP: accept, find, cancel, download; and batches of it. */
@Module({
  imports: [AuthModule, ReportsModule, TemplatesModule, DataSourcesModule],
  controllers: [
    ReportsController,
    BatchesController,
    FileController,
    DownloadLinksController,
    DeleteController,
    EventsController,
  ],
  providers: [
    AcceptReport,
    BacklogLimits,
    InsertReports,
    AwaitReport,
    CheckReportRequest,
    CheckBatchRequest,
    FindReports,
    ReadEvents,
    DownloadLinks,
    SendFile,
    FindBatches,
    ReportChanges,
    Waiters,
  ],
})
export class ReportsApiModule {}
