import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fault } from '../platform/errors/app-error';
import { AppError, validationFailed } from '../platform/errors/app-error';
import type { TemplateVersion } from '../templates/template-version.entity';
import type { BatchRequest } from './batch-request.schema';
import type { CheckedRequest } from './check-report-request';
import { CheckReportRequest } from './check-report-request';
import type { ReportRequest } from './report-request.schema';
import { checkReportBody } from './report-request.schema';

/** Faults that are told at once; the reports after them are not looked at. */
const maxFaults = 50;

/** Checks all requests of a batch. Every report that names a template without a version gets the same one. */
@Injectable()
export class CheckBatchRequest {
  constructor(private readonly checkRequest: CheckReportRequest) {}

  /**
   * @throws AppError `validation-failed`, or `template-not-found`; pointers begin with `/reports/<index>`
   */
  async check(tenantId: string, { reports }: BatchRequest): Promise<(CheckedRequest & { request: ReportRequest })[]> {
    const checked: (CheckedRequest & { request: ReportRequest })[] = [];
    const faults: Fault[] = [];
    const firstWith = new Map<string, number>();
    const findTemplate = this.rememberTemplates(tenantId);
    for (const [index, body] of reports.entries()) {
      try {
        const request = checkReportBody(body);
        checkReference(request, index, firstWith);
        checked.push({ request, ...(await this.checkRequest.check(tenantId, request, findTemplate)) });
      } catch (error) {
        faults.push(...faultsOf(error, `/reports/${index}`));
        if (faults.length >= maxFaults) break;
      }
      await nextTurn(); // a thousand reports are no reason to keep other requests waiting
    }
    if (faults.length > 0) throw validationFailed(faults.slice(0, maxFaults));
    return checked;
  }

  /** Each template is looked up once for the whole batch. */
  private rememberTemplates(tenantId: string): (reference: string) => Promise<TemplateVersion> {
    const known = new Map<string, Promise<TemplateVersion>>();
    return (reference) => {
      const template = known.get(reference) ?? this.checkRequest.findTemplate(tenantId, reference);
      known.set(reference, template);
      return template;
    };
  }
}

/** @throws AppError `validation-failed` when a report before it has the same reference */
function checkReference({ reference }: ReportRequest, index: number, firstWith: Map<string, number>): void {
  if (reference === undefined) return;
  const first = firstWith.get(reference);
  if (first !== undefined)
    throw validationFailed([
      {
        pointer: '/reference',
        code: 'duplicate-reference',
        detail: `The report at ${first} has this reference already; in a batch each has one of its own.`,
      },
    ]);
  firstWith.set(reference, index);
}

/** The faults of a report as those of the batch in which it stands at `pointer`; whatever is no fault is thrown on. */
function faultsOf(error: unknown, pointer: string): Fault[] {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'template-not-found')
    throw new AppError(error.code, { ...error.fields, pointer: `${pointer}/template` });
  if (error.code !== 'validation-failed') throw error;
  return (error.fields.errors as Fault[]).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
}
