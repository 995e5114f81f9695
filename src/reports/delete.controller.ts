import { Controller, Delete, HttpCode, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { requireUnchanged } from '../platform/http/conditional';
import { ApiProblems } from '../platform/http/openapi';
import { toPublicId } from '../platform/ids/public-id';
import { STORAGE } from '../storage/storage';
import type { Storage } from '../storage/storage';
import { FindReports } from './find-reports';
import { ReportStateMachine } from './report-state';
import { etagOf } from './report-view';
import type { Report } from './report.entity';

@ApiTags('Reports')
@Controller('v1/reports')
export class DeleteController {
  constructor(
    private readonly findReports: FindReports,
    private readonly states: ReportStateMachine,
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly logger: PinoLogger,
  ) {}

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('reports:write')
  @ApiOperation({
    summary: 'Delete a report',
    description:
      'Cancels it where it has not ended, removes its file, and erases parameters, rows, reference and file name. ' +
      'From then on every other request for it is answered with 410. May be repeated.',
  })
  @ApiHeader({
    name: 'If-Match',
    description: 'Deletes the report only while its ETag is this one.',
    schema: { type: 'string' },
  })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiResponse({
    status: 202,
    description: 'Deleted; its worker is stopping, and 204 says that it has. Nothing will come of the render.',
    schema: {
      type: 'object',
      properties: { id: { type: 'string' }, object: { const: 'report' }, deleted: { const: true } },
    } as object,
  })
  @ApiProblems('unauthenticated', 'insufficient-scope', 'not-found', 'precondition-failed')
  async delete(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const state = await this.deleteOnce(await this.findReports.findRecord(caller.tenantId, id), request);
    if (state !== 'running') return undefined;
    void reply.status(202).headers({ 'retry-after': '1', 'cache-control': 'no-store' });
    return { id, object: 'report', deleted: true };
  }

  /** @returns the state of the tombstone, whoever made it */
  private async deleteOnce(report: Report, request: FastifyRequest): Promise<Report['state']> {
    const { id, tenantId } = report;
    if (report.deletedAt !== null) return report.state;
    requireUnchanged(request.headers, etagOf(report));
    const isConditional = request.headers['if-match'] !== undefined;
    const deleted = await this.states.delete(tenantId, id, isConditional ? report.version : undefined);
    // It has changed, or was deleted, since it was looked up: look again.
    if (!deleted) return this.deleteOnce(await this.findReports.findRecord(tenantId, toPublicId('rep', id)), request);
    if (deleted.storageKey !== null) await this.removeFile(id, deleted.storageKey);
    return deleted.state;
  }

  /** What fails here the clean loop does later: nobody can read the file any more. */
  private async removeFile(reportId: string, storageKey: string): Promise<void> {
    try {
      await this.storage.remove(storageKey);
      await this.states.expire([reportId]);
    } catch (err) {
      this.logger.warn({ err, reportId }, 'the file of a deleted report was not removed; the clean loop will');
    }
  }
}
