import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { compileBodyCheck } from '../platform/http/body-check';
import { isNotModified } from '../platform/http/conditional';
import { ApiProblems } from '../platform/http/openapi';
import { readJson } from '../platform/http/read-body';
import { fromPublicId, toPublicId } from '../platform/ids/public-id';
import { AcceptReport } from './accept-report';
import { ApiSubmission } from './api-submission';
import type { BatchRequest } from './batch-request.schema';
import { batchEnvelopeSchema, batchRequestSchema } from './batch-request.schema';
import { batchEtag, batchRetryAfter, countMembers, countOpen, presentBatch } from './batch-view';
import { batchSchema } from './batch.schema';
import type { FoundBatch } from './find-batches';
import { FindBatches } from './find-batches';
import { ReportStateMachine } from './report-state';
import { readSubmission } from './submission';

const checkBody = compileBodyCheck<BatchRequest>(batchEnvelopeSchema);

@ApiTags('Batches')
@Controller('v1/report-batches')
export class BatchesController {
  constructor(
    private readonly acceptReport: AcceptReport,
    private readonly findBatches: FindBatches,
    private readonly states: ReportStateMachine,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Request many reports at once',
    description:
      'All of them are taken, in one transaction, or none. Templates named without a version are pinned once.',
  })
  @ApiBody({ schema: batchRequestSchema as object })
  @ApiSubmission('batch', batchSchema)
  async submit(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const submission = readSubmission(caller, request);
    const batch = checkBody(await readJson(request, this.config, { maxBytes: this.config.maxBatchSize }));
    const { id, isReplay } = await this.acceptReport.acceptBatch(submission, batch);
    const found = await this.findBatches.find(caller.tenantId, toPublicId('bat', id));
    const location = `/v1/report-batches/${toPublicId('bat', id)}`;
    void reply.headers({ location, 'content-location': location, link: `<${location}>; rel="status"` });
    if (isReplay) void reply.header('idempotent-replayed', 'true');
    return describe(found, reply);
  }

  @Get(':id')
  @RequireScope('reports:read')
  @ApiOperation({ summary: 'Look up a batch', description: 'GET /v1/reports?batchId= shows its reports in full.' })
  @ApiResponse({ status: 200, description: 'How far it is', schema: batchSchema })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag in If-None-Match' })
  @ApiProblems('unauthenticated', 'not-found', 'not-acceptable')
  async find(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const shown = describe(await this.findBatches.find(caller.tenantId, id), reply);
    if (!isNotModified(request.headers, { etag: batchEtag(shown) })) return shown;
    void reply.status(304);
    return undefined;
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Cancel a batch',
    description:
      'Cancels those of its reports that have not ended: 200 when none of them runs any more, 202 while workers are stopping.',
  })
  @ApiResponse({ status: 200, description: 'Canceled', schema: batchSchema })
  @ApiResponse({ status: 202, description: 'Stopping', schema: batchSchema })
  @ApiProblems('unauthenticated', 'not-found', 'report-not-cancelable')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const uuid = fromPublicId('bat', id);
    if (uuid !== undefined) await this.states.cancelBatch(caller.tenantId, uuid);
    const found = await this.findBatches.find(caller.tenantId, id);
    if (found.batch.cancelRequestedAt === null)
      throw new AppError('report-not-cancelable', { currentStatus: 'completed' });
    if (countOpen(countMembers(found)) === 0) void reply.status(200);
    return describe(found, reply);
  }
}

/** The resource and the headers that go with it. */
function describe(found: FoundBatch, reply: FastifyReply): object {
  const counts = countMembers(found);
  const shown = presentBatch(found, counts);
  const wait = batchRetryAfter(found, counts);
  if (wait !== undefined) void reply.header('retry-after', wait);
  void reply.headers({
    etag: batchEtag(shown),
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Accept, Prefer',
  });
  return shown;
}
