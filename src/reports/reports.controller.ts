import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { isNotModified } from '../platform/http/conditional';
import { ApiPreferWait, ApiProblems } from '../platform/http/openapi';
import { ApiPage, presentPage } from '../platform/http/page';
import { readPreferences } from '../platform/http/prefer';
import { readJson } from '../platform/http/read-body';
import { QueryParameters } from '../platform/http/route.guard';
import { fromPublicId, toPublicId } from '../platform/ids/public-id';
import { AcceptReport } from './accept-report';
import { ApiSubmission } from './api-submission';
import { CheckReportRequest } from './check-report-request';
import { dryRunSchema, presentDryRun } from './dry-run';
import type { FoundReport } from './find-reports';
import { FindReports } from './find-reports';
import { listParameters, parseListQuery } from './list-query';
import { checkSubmissionBody, submissionSchema } from './report-request.schema';
import { ReportStateMachine } from './report-state';
import { etagOf, isTerminal, presentReport, retryAfter, statusOf } from './report-view';
import { reportSchema } from './report.schema';
import { readSubmission } from './submission';
import { AwaitReport } from './waiting/await-report';
import { tooManyWaiters } from './waiting/waiters';

@ApiTags('Reports')
@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly acceptReport: AcceptReport,
    private readonly checkRequest: CheckReportRequest,
    private readonly findReports: FindReports,
    private readonly awaitReport: AwaitReport,
    private readonly states: ReportStateMachine,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Request a report',
    description: 'Answers as soon as the request is safe. The report is rendered in the background; follow Location.',
  })
  @ApiPreferWait('when the report has ended; then 201 instead of 202. `respond-async` asks for 202 in any case')
  @ApiBody({ schema: submissionSchema as object })
  @ApiResponse({
    status: 200,
    description: 'For `dryRun`: nothing is wrong with the request, and nothing was stored',
    schema: dryRunSchema as object,
  })
  @ApiResponse({
    status: 201,
    description: 'Accepted, and ended within the time that Prefer gave: see status. Headers as with 202.',
    schema: reportSchema,
  })
  @ApiSubmission('report', reportSchema)
  async submit(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const submission = readSubmission(caller, request);
    const { dryRun, ...wanted } = checkSubmissionBody(await readJson(request, this.config));
    if (dryRun === true) {
      void reply.status(200).header('cache-control', 'no-store');
      return presentDryRun(await this.checkRequest.check(caller.tenantId, wanted));
    }
    const { id, isReplay, report } = await this.acceptReport.accept(submission, wanted);
    let found = report
      ? { report, file: undefined }
      : await this.findReports.find(caller.tenantId, toPublicId('rep', id));
    const { wait, respondAsync } = readPreferences(request.headers);
    if (respondAsync) void reply.header('preference-applied', 'respond-async');
    else if (wait !== undefined) {
      // Where too many wait already the wish is passed over: the report is accepted, and not to be refused any more.
      found = (await this.awaitReport.until('ended', found, wait, caller, reply)) ?? found;
      if (isTerminal(found.report.state)) void reply.status(201);
    }
    const location = `/v1/reports/${toPublicId('rep', id)}`;
    void reply.headers({ location, 'content-location': location, link: `<${location}>; rel="status"` });
    if (isReplay) void reply.header('idempotent-replayed', 'true');
    return describe(found, reply);
  }

  @Get()
  @RequireScope('reports:read')
  @QueryParameters(...listParameters)
  @ApiOperation({ summary: 'List reports', description: 'Newest first. Go on with `cursor` = `nextCursor`.' })
  @ApiQuery({ name: 'status', required: false, description: 'One or more, separated by commas.' })
  @ApiQuery({ name: 'template', required: false })
  @ApiQuery({ name: 'reference', required: false })
  @ApiQuery({ name: 'batchId', required: false })
  @ApiQuery({ name: 'createdAfter', required: false, schema: { type: 'string', format: 'date-time' } })
  @ApiQuery({ name: 'createdBefore', required: false, schema: { type: 'string', format: 'date-time' } })
  @ApiPage('reports', reportSchema)
  @ApiProblems('invalid-parameter', 'invalid-cursor', 'unauthenticated')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: Record<string, string>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { filters, limit, cursor } = parseListQuery(query);
    const { found, nextCursor } = await this.findReports.list(caller.tenantId, filters, limit, cursor);
    const data = found.map(({ report, file }) => presentReport(report, file));
    return presentPage(reply, '/v1/reports', query, { data, nextCursor });
  }

  @Get(':id')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'Look up a report' })
  @ApiPreferWait('when the report has ended; with If-None-Match, when it has changed')
  @ApiResponse({ status: 200, description: 'Its state, also when it failed', schema: reportSchema })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag in If-None-Match' })
  @ApiProblems('unauthenticated', 'not-found', 'not-acceptable', 'report-deleted', 'quota-exceeded')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const isKnown = ({ report }: FoundReport) => isNotModified(request.headers, { etag: etagOf(report) });
    let found = await this.findReports.find(caller.tenantId, id);
    const { wait } = readPreferences(request.headers);
    const hasCondition = request.headers['if-none-match'] !== undefined;
    if (wait !== undefined && request.method === 'GET' && hasCondition === isKnown(found)) {
      const awaited = await this.awaitReport.until(hasCondition ? 'changed' : 'ended', found, wait, caller, reply);
      if (!awaited) throw tooManyWaiters();
      found = awaited;
    }
    const body = describe(found, reply);
    if (!isKnown(found)) return body;
    void reply.status(304);
    return undefined;
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Cancel a report',
    description:
      'After 200 or 202 the report never succeeds: 200 when it is canceled, 202 while its worker is stopping.',
  })
  @ApiResponse({ status: 200, description: 'Canceled', schema: reportSchema })
  @ApiResponse({ status: 202, description: 'Stopping', schema: reportSchema })
  @ApiProblems('unauthenticated', 'not-found', 'report-not-cancelable', 'report-deleted')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const uuid = fromPublicId('rep', id);
    if (uuid !== undefined) await this.states.cancel(caller.tenantId, uuid);
    const found = await this.findReports.find(caller.tenantId, id);
    const currentStatus = statusOf(found.report);
    if (currentStatus === 'canceled') void reply.status(200);
    else if (currentStatus !== 'running') throw new AppError('report-not-cancelable', { currentStatus });
    return describe(found, reply);
  }
}

/** The resource and the headers that go with it. */
function describe({ report, file }: FoundReport, reply: FastifyReply): object {
  const wait = retryAfter(report);
  if (wait !== undefined) void reply.header('retry-after', wait);
  void reply.headers({
    etag: etagOf(report),
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Accept, Prefer',
  });
  return presentReport(report, file);
}
