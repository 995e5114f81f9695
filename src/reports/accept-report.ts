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
import type { Creation, NewReport, Operation, Submission } from './insert-reports';
import { InsertReports } from './insert-reports';
import type { Report } from './report.entity';
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
  /** As it was made; undefined for a batch, and for what an earlier request made. */
  report?: Report | undefined;
}

/** What is about to be made. */
interface Prepared extends Pick<Creation, 'latest'> {
  id: string;
  reports: readonly NewReport[];
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
   * @returns the id of the report, and what it is
   * @throws AppError for a request that is refused; nothing is stored then
   */
  accept(submission: Submission, request: ReportRequest): Promise<Accepted> {
    const { tenantId } = submission.caller;
    const { checkRequest } = this;
    const recall = (reference: string) => checkRequest.recallTemplate(tenantId, reference);
    const check = () => checkRequest.check(tenantId, request);
    return this.once(submission, 'reports', request, async (isAgain) => {
      // The template is looked up only where that may matter: when the request does not fit what is remembered of it, or
      // when it turns out, in the statement that stores the report, to have changed.
      const checked = isAgain
        ? await check()
        : await checkRequest.check(tenantId, request, recall).catch((error: unknown) => {
            if (error instanceof AppError && error.code === 'validation-failed') return check();
            throw error;
          });
      const report = this.reports.toRow(request, checked, null);
      const latest = checked.isRemembered ? (checked.template ?? undefined) : undefined;
      return { id: report.id, reports: [report], latest };
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
    prepare: (isAgain: boolean) => Promise<Prepared>,
  ): Promise<Accepted> {
    const { caller, idempotencyKey: key } = submission;
    const fingerprint = key === undefined ? null : canonicalHash(body);
    const findReplay = () =>
      key === undefined || fingerprint === null
        ? undefined
        : this.reports.findReplay(caller.tenantId, operation, key, fingerprint);
    for (const isAgain of [false, true]) {
      // Found at first, or after a rival with the same key was faster: that may be what made our statement insert nothing.
      const known = await findReplay();
      if (known !== undefined) return { id: known, isReplay: true };
      const { id, reports, latest } = await prepare(isAgain);
      const insert = () => this.reports.insert(submission, { operation, resourceId: id, fingerprint, latest }, reports);
      const inserted = await this.limits.within(caller.tenantId, reports.length, insert);
      if (!inserted) continue;
      accepted.inc({ operation }, reports.length);
      this.dispatcher.ring(caller.tenantId);
      return { id, isReplay: false, report: operation === 'reports' ? inserted[0] : undefined };
    }
    const replayed = await findReplay();
    if (replayed === undefined) throw new AppError('idempotency-in-progress', {}, { headers: { 'retry-after': '1' } });
    return { id: replayed, isReplay: true };
  }
}
