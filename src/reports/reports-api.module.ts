import { Module } from '@nestjs/common';
import { DataSourcesModule } from '../data-sources/data-sources.module';
import { TemplatesModule } from '../templates/templates.module';
import { AcceptReport } from './accept-report';
import { CheckReportRequest } from './check-report-request';
import { FileController } from './file.controller';
import { FindReports } from './find-reports';
import { ReportsController } from './reports.controller';
import { ReportsModule } from './reports.module';
import { AwaitReport } from './waiting/await-report';
import { ReportChanges } from './waiting/report-changes';
import { Waiters } from './waiting/waiters';

/** The report resource over HTTP: accept, find, cancel, download. */
@Module({
  imports: [ReportsModule, TemplatesModule, DataSourcesModule],
  controllers: [ReportsController, FileController],
  providers: [AcceptReport, AwaitReport, CheckReportRequest, FindReports, ReportChanges, Waiters],
})
export class ReportsApiModule {}
