import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pipeline } from 'node:stream/promises';
import { PinoLogger } from 'nestjs-pino';
import parseRange from 'range-parser';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { AppError } from '../platform/errors/app-error';
import { isNotModified, isRangeCurrent } from '../platform/http/conditional';
import { ApiProblems } from '../platform/http/openapi';
import { AnyAccept } from '../platform/http/route.guard';
import { STORAGE } from '../storage/storage';
import type { ByteRange, Storage } from '../storage/storage';
import { contentDisposition } from './file-name';
import type { FoundReport } from './find-reports';
import { FindReports } from './find-reports';
import type { ReportFile } from './report-file.entity';
import { retryAfter, statusOf } from './report-view';

@ApiTags('Reports')
@Controller('v1/reports')
export class FileController {
  constructor(
    private readonly findReports: FindReports,
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly logger: PinoLogger,
  ) {}

  @Get(':id/file')
  @RequireScope('files:read')
  @AnyAccept()
  @ApiOperation({
    summary: "Download a report's file",
    description: 'Answers 409 until the report has succeeded. Can be resumed: Range with If-Range.',
  })
  @ApiHeader({ name: 'Range', description: 'One range of bytes, such as `bytes=1000-`.', schema: { type: 'string' } })
  @ApiResponse({
    status: 200,
    description: 'The whole file, with ETag, Repr-Digest and Content-Disposition',
    content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({ status: 206, description: 'The part asked for' })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag in If-None-Match' })
  @ApiProblems(
    'unauthenticated',
    'insufficient-scope',
    'not-found',
    'report-not-ready',
    'report-not-successful',
    'file-expired',
    'precondition-failed',
    'range-not-satisfiable',
  )
  async download(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.findReports.find(caller.tenantId, id);
    const file = requireFile(found);
    const etag = `"sha256-${file.sha256.toString('base64url')}"`;
    const current = { etag, lastModified: file.createdAt };
    void reply.headers({
      etag,
      'last-modified': file.createdAt.toUTCString(),
      'cache-control': 'private, no-store, no-transform',
      vary: 'Authorization',
      'accept-ranges': 'bytes',
    });
    if (isNotModified(request.headers, current)) {
      await reply.status(304).send();
      return;
    }
    const size = Number(file.sizeBytes);
    const range = isRangeCurrent(request.headers, current) ? requestedRange(request, size) : undefined;
    void reply.headers({
      'content-type': file.mediaType,
      'content-disposition': contentDisposition(found.report.filename),
      'content-length': range ? range.end - range.start + 1 : size,
      'repr-digest': `sha-256=:${file.sha256.toString('base64')}:`,
    });
    if (range) void reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    if (request.method === 'HEAD') sendHead(reply);
    else await this.stream(reply, file, range);
  }

  /**
   * Sends the bytes as fast as the client takes them. When they cannot be read to the end the connection is cut: a
   * download that is too short must not look whole.
   */
  private async stream(reply: FastifyReply, file: ReportFile, range?: ByteRange): Promise<void> {
    const content = await this.storage.get(file.storageKey, range);
    writeHead(reply);
    try {
      await pipeline(content, reply.raw);
    } catch (err) {
      reply.raw.destroy();
      if (content.errored) this.logger.error({ err, key: file.storageKey }, 'a file could not be read to its end');
    }
  }
}

/** Fastify would put a Content-Length of its own, 0, on an answer without a body. */
function sendHead(reply: FastifyReply): void {
  writeHead(reply);
  reply.raw.end();
}

function writeHead(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
}

/** @throws AppError that says why there is no file: not yet, not at all, or no longer */
function requireFile({ report, file }: FoundReport): ReportFile {
  const currentStatus = statusOf(report);
  switch (currentStatus) {
    case 'succeeded':
      if (file) return file;
      throw new Error(`report ${report.id} has succeeded but has no file`);
    case 'expired':
      throw new AppError('file-expired', { expiredAt: report.fileExpiresAt?.toISOString() ?? 'its record expired' });
    case 'failed':
    case 'canceled':
      throw new AppError('report-not-successful', { currentStatus });
    case 'queued':
    case 'running':
      throw new AppError(
        'report-not-ready',
        { currentStatus },
        { headers: { 'retry-after': retryAfter(report) ?? '1' } },
      );
  }
}

/** The one range that is asked for; several ranges, other units and malformed ones are ignored (RFC 9110 §14.2). */
function requestedRange(request: FastifyRequest, size: number): ByteRange | undefined {
  const { range } = request.headers;
  if (range === undefined || request.method === 'HEAD') return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1)
    throw new AppError('range-not-satisfiable', { size }, { headers: { 'content-range': `bytes */${size}` } });
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
