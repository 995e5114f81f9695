import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PinoLogger } from 'nestjs-pino';
import parseRange from 'range-parser';
import { CurrentCaller, RequireScope } from '../auth/api-key.guard';
import type { Caller } from '../auth/api-keys';
import { AppError } from '../platform/errors/app-error';
import { isNotModified, isRangeCurrent } from '../platform/http/conditional';
import { ApiPreferWait, ApiProblems } from '../platform/http/openapi';
import { readPreferences } from '../platform/http/prefer';
import { AnyAccept } from '../platform/http/route.guard';
import { STORAGE } from '../storage/storage';
import type { ByteRange, Storage } from '../storage/storage';
import { contentDisposition } from './file-name';
import type { FoundReport } from './find-reports';
import { FindReports } from './find-reports';
import type { ReportFile } from './report-file.entity';
import { retryAfter, statusOf } from './report-view';
import { AwaitReport } from './waiting/await-report';

@ApiTags('Reports')
@Controller('v1/reports')
export class FileController {
  constructor(
    private readonly findReports: FindReports,
    private readonly awaitReport: AwaitReport,
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
  @ApiPreferWait('when the report has ended')
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
    const file = requireFile(found);
    const size = Number(file.sizeBytes);
    const validators = { etag: `"sha256-${file.sha256.toString('base64url')}"`, lastModified: file.createdAt };
    const validatorHeaders = {
      etag: validators.etag,
      'last-modified': file.createdAt.toUTCString(),
      'cache-control': 'private, no-store, no-transform',
      vary: 'Authorization',
    };
    if (isNotModified(request.headers, validators)) {
      await reply.status(304).headers(validatorHeaders).send();
      return;
    }
    const range = isRangeCurrent(request.headers, validators) ? requestedRange(request, size) : undefined;
    const length = range ? range.end - range.start + 1 : size;
    // Opened before the first header is set: a problem must not carry those of the file.
    const content = request.method === 'HEAD' ? undefined : await this.storage.get(file.storageKey, range);
    void reply.status(range ? 206 : 200).headers({
      ...validatorHeaders,
      'accept-ranges': 'bytes',
      'content-type': file.mediaType,
      'content-disposition': contentDisposition(found.report.filename),
      'content-length': length,
      'repr-digest': `sha-256=:${file.sha256.toString('base64')}:`,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
    });
    // Fastify would put a Content-Length of its own, 0, on the answer to HEAD.
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
    if (content) await this.stream(content, length, reply.raw);
    else reply.raw.end();
  }

  /**
   * Sends the bytes as fast as the client takes them. When they cannot be read to the end the connection is cut: a
   * download that is too short must not look whole.
   */
  private async stream(content: Readable, length: number, response: ServerResponse): Promise<void> {
    try {
      await pipeline(content, (chunks: AsyncIterable<Buffer>) => exactly(length, chunks), response);
    } catch (err) {
      response.destroy();
      // All else means that the client went away, which is its own business.
      if (content.errored || err instanceof ShortObject)
        this.logger.error({ err }, 'a file could not be read to its end');
    }
  }
}

class ShortObject extends Error {}

async function* exactly(length: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of chunks) {
    sent += chunk.length;
    yield chunk;
  }
  if (sent !== length) throw new ShortObject(`the object has ${sent} bytes instead of ${length}`);
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
  if (range === undefined || range.includes(',') || request.method === 'HEAD') return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1)
    throw new AppError('range-not-satisfiable', { size }, { headers: { 'content-range': `bytes */${size}` } });
  if (ranges === -2 || ranges.type !== 'bytes') return undefined;
  return ranges[0];
}
