import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { canonicalHash } from '../engine';
import { AppError } from '../platform/errors/app-error';
import { newId } from '../platform/ids/public-id';
import { BacklogLimits } from './backlog-limits';
import type { BatchRequest } from './batch-request.schema';
import { CheckBatchRequest } from './check-batch-request';
import { CheckReportRequest } from './check-report-request';
import { Dispatcher } from './dispatcher';
import type { NewReport, Operation, Submission } from './insert-reports';
import { InsertReports } from './insert-reports';
import type { ReportRequest } from './report-request.schema';

const accepted = new Counter({
  name: 'pressroom_reports_accepted_total',
  help: 'Reports that this process has accepted, alone or in a batch.',
  labelNames: ['operation'],
});

/** A resource that was made, now or by an earlier request with the same idempotency key. */
interface Accepted {
  id: string;
  isReplay: boolean;
}

/** Takes requests on: from the moment that one of these returns, the reports are safe in Postgres. */
@Injectable()
export class AcceptReport {
  constructor(
    private readonly reports: InsertReports,
    private readonly checkRequest: CheckReportRequest,
    private readonly checkBatch: CheckBatchRequest,
    private readonly limits: BacklogLimits,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * @returns the id of the report
   * @throws AppError for a request that is refused; nothing is stored then
   */
  accept(submission: Submission, request: ReportRequest): Promise<Accepted> {
    return this.once(submission, 'reports', request, async () => {
      const checked = await this.checkRequest.check(submission.caller.tenantId, request);
      const report = this.reports.toRow(request, checked, null);
      return { id: report.id, reports: [report] };
    });
  }

  /**
   * @returns the id of the batch
   * @throws AppError for a batch in which anything is wrong; nothing is stored then
   */
  acceptBatch(submission: Submission, batch: BatchRequest): Promise<Accepted> {
    return this.once(submission, 'report-batches', batch, async () => {
      const checked = await this.checkBatch.check(submission.caller.tenantId, batch);
      const reports = checked.map((one, index) => this.reports.toRow(one.request, one, index));
      return { id: newId(), reports };
    });
  }

  /** Makes something, unless an earlier request with the same key has. */
  private async once(
    submission: Submission,
    operation: Operation,
    body: object,
    prepare: () => Promise<{ id: string; reports: readonly NewReport[] }>,
  ): Promise<Accepted> {
    const { caller, idempotencyKey: key } = submission;
    const fingerprint = key === undefined ? null : canonicalHash(body);
    const findReplay = () =>
      key === undefined || fingerprint === null
        ? undefined
        : this.reports.findReplay(caller.tenantId, operation, key, fingerprint);
    const known = await findReplay();
    if (known !== undefined) return { id: known, isReplay: true };
    const { id, reports } = await prepare();
    const insert = () => this.reports.insert(submission, { operation, resourceId: id, fingerprint }, reports);
    if (await this.limits.within(caller.tenantId, reports.length, insert)) {
      accepted.inc({ operation }, reports.length);
      this.dispatcher.ring(caller.tenantId);
      return { id, isReplay: false };
    }
    // A rival with the same key was faster, and has committed: that is what made our statement insert nothing.
    const replayed = await findReplay();
    if (replayed === undefined) throw new AppError('idempotency-in-progress', {}, { headers: { 'retry-after': '1' } });
    return { id: replayed, isReplay: true };
  }
}
