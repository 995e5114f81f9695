import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, Public, RequireScope } from '../../auth/api-key.guard';
import type { Caller } from '../../auth/api-keys';
import { RateLimiter } from '../../auth/rate-limiter';
import { CONFIG } from '../../platform/config/config';
import type { Config } from '../../platform/config/config';
import { compileBodyCheck } from '../../platform/http/body-check';
import { ApiProblems, bodyProblems } from '../../platform/http/openapi';
import { readJson } from '../../platform/http/read-body';
import { AnyAccept } from '../../platform/http/route.guard';
import { ApiFile } from '../api-file';
import { FindReports } from '../find-reports';
import { SendFile } from '../send-file';
import type { DownloadLinkRequest } from './download-link.schema';
import { downloadLinkRequestSchema, downloadLinkSchema } from './download-link.schema';
import { DownloadLinks } from './download-links';

const checkRequest = compileBodyCheck<DownloadLinkRequest>(downloadLinkRequestSchema);

/**
 * A file that a browser shows has no origin of ours to read from, and loads nothing. Scripts are named because the
 * viewer of Safari is made of them and stays blank without; `default-src` leaves the file itself none to run.
 */
const sandboxed = "default-src 'none'; frame-ancestors 'none'; sandbox allow-scripts";

@ApiTags('Reports')
@Controller('v1')
export class DownloadLinksController {
  constructor(
    private readonly findReports: FindReports,
    private readonly links: DownloadLinks,
    private readonly sendFile: SendFile,
    private readonly rateLimiter: RateLimiter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('reports/:id/download-links')
  @RequireScope('files:read')
  @ApiOperation({
    summary: "Make a link to a report's file that needs no API key",
    description: 'Whoever has the link may download the file until it expires, or until the report is deleted.',
  })
  @ApiConsumes('application/json')
  @ApiBody({ schema: downloadLinkRequestSchema as object })
  @ApiResponse({ status: 201, description: 'Made', schema: downloadLinkSchema })
  @ApiProblems(
    ...bodyProblems,
    'unauthenticated',
    'insufficient-scope',
    'not-found',
    'report-not-ready',
    'report-not-successful',
    'report-deleted',
    'file-expired',
  )
  async create(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const found = await this.findReports.find(caller.tenantId, id);
    const { expiresIn = 300, disposition = 'attachment' } = checkRequest(await readJson(request, this.config));
    const { token, expiresAt } = this.links.create(found, expiresIn, disposition);
    const url = `/v1/downloads/${token}`;
    void reply.header('location', url).header('cache-control', 'no-store');
    return { url, expiresAt: expiresAt.toISOString() };
  }

  @Get('downloads/:token')
  @Public()
  @AnyAccept()
  @ApiOperation({
    summary: 'Download a file by a signed link',
    description: 'As GET /v1/reports/{id}/file, without an API key; requests are counted by address.',
  })
  @ApiFile()
  @ApiProblems(
    'not-found',
    'link-expired',
    'report-deleted',
    'file-expired',
    'precondition-failed',
    'range-not-satisfiable',
    'quota-exceeded',
    'service-unavailable',
  )
  async download(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.rateLimiter.takeByAddress(request.ip, reply);
    const { found, disposition } = await this.links.open(token);
    await this.sendFile.send(found, request, reply, {
      disposition,
      headers: { 'content-security-policy': sandboxed },
    });
  }
}
