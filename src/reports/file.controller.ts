import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { ApiPreferWait, ApiProblems } from '../platform/http/openapi';
import { readPreferences } from '../platform/http/prefer';
import { AnyAccept } from '../platform/http/route.guard';
import { ApiFile } from './api-file';
import { FindReports } from './find-reports';
import { SendFile } from './send-file';
import { AwaitReport } from './waiting/await-report';

@ApiTags('Reports')
@Controller('v1/reports')
export class FileController {
  constructor(
    private readonly findReports: FindReports,
    private readonly awaitReport: AwaitReport,
    private readonly sendFile: SendFile,
  ) {}

  @Get(':id/file')
  @RequireScope('files:read')
  @AnyAccept()
  @ApiOperation({
    summary: "Download a report's file",
    description: 'Answers 409 until the report has succeeded. Can be resumed: Range with If-Range.',
  })
  @ApiPreferWait('when the report has ended')
  @ApiFile()
  @ApiProblems(
    'unauthenticated',
    'insufficient-scope',
    'not-found',
    'report-not-ready',
    'report-not-successful',
    'report-deleted',
    'file-expired',
    'precondition-failed',
    'range-not-satisfiable',
    'service-unavailable',
  )
  async download(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    let found = await this.findReports.find(caller.tenantId, id);
    const { wait } = readPreferences(request.headers);
    // Where too many wait already this is answered at once, which says when to come again.
    if (wait !== undefined && request.method === 'GET')
      found = (await this.awaitReport.until('ended', found, wait, caller, reply)) ?? found;
    await this.sendFile.send(found, request, reply, { disposition: 'attachment', headers: { vary: 'Authorization' } });
  }
}
