import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PinoLogger } from 'nestjs-pino';
import { AppError } from '../platform/errors/app-error';
import { isNotModified, isRangeCurrent } from '../platform/http/conditional';
import { ObjectMissing, STORAGE } from '../storage/storage';
import type { ByteRange, Storage } from '../storage/storage';
import { parseByteRange } from './byte-range';
import type { Disposition } from './file-name';
import { contentDisposition } from './file-name';
import type { FoundReport } from './find-reports';
import { FindReports } from './find-reports';
import type { ReportFile } from './report-file.entity';
import { retryAfter, statusOf } from './report-view';

interface SendOptions {
  disposition: Disposition;
  /** Sent with the file, with a part of it, and with the word that it has not changed. */
  headers?: Readonly<Record<string, string>>;
}

/** Answers with the file of a report: whole, in part, or not at all where the client has it (RFC 9110 §13, §14). */
@Injectable()
export class SendFile {
  constructor(
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly findReports: FindReports,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Resolves when the answer is sent, or its client has gone.
   *
   * @throws AppError what {@link requireFile} throws, `precondition-failed`, `range-not-satisfiable`
   */
  async send(
    found: FoundReport,
    request: FastifyRequest,
    reply: FastifyReply,
    { disposition, headers }: SendOptions,
  ): Promise<void> {
    const file = requireFile(found);
    const size = Number(file.sizeBytes);
    const validators = { etag: `"sha256-${file.sha256.toString('base64url')}"`, lastModified: file.createdAt };
    const validatorHeaders = {
      etag: validators.etag,
      'last-modified': file.createdAt.toUTCString(),
      'cache-control': 'private, no-store, no-transform',
      ...headers,
    };
    if (isNotModified(request.headers, validators)) {
      await reply.status(304).headers(validatorHeaders).send();
      return;
    }
    const range = isRangeCurrent(request.headers, validators) ? requestedRange(request, size) : undefined;
    const length = range ? range.end - range.start + 1 : size;
    // Opened before the first header is set: a problem must not carry those of the file.
    const content = request.method === 'HEAD' ? undefined : await this.open(found, range);
    void reply.status(range ? 206 : 200).headers({
      ...validatorHeaders,
      'accept-ranges': 'bytes',
      'content-type': file.mediaType,
      'content-disposition': contentDisposition(found.report.filename, disposition),
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

  private async open(found: FoundReport, range: ByteRange | undefined): Promise<Readable> {
    try {
      return await this.storage.get(requireFile(found).storageKey, range);
    } catch (error) {
      // It may have been deleted, or have expired, since it was looked up.
      if (error instanceof ObjectMissing) requireFile(await this.findReports.findSigned(found.report.id));
      throw error;
    }
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
export function requireFile({ report, file }: FoundReport): ReportFile {
  const currentStatus = statusOf(report);
  switch (currentStatus) {
    case 'succeeded':
      return file!;
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

/** The range to send instead of the whole (RFC 9110 §14.2). */
function requestedRange(request: FastifyRequest, size: number): ByteRange | undefined {
  const { range } = request.headers;
  if (range === undefined || request.method === 'HEAD') return undefined;
  const wanted = parseByteRange(range, size);
  if (wanted === 'unsatisfiable')
    throw new AppError('range-not-satisfiable', { size }, { headers: { 'content-range': `bytes */${size}` } });
  return wanted;
}
