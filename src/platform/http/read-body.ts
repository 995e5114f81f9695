import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import Negotiator from 'negotiator';
import { AppError } from '../errors/app-error';

interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
}

/** A connection that still carries an unread body cannot be used again. */
const closing = { connection: 'close' };

/**
 * The media type of a request's body, lower case and without parameters.
 *
 * @throws AppError `unsupported-media-type` unless it is one of `accepted`, in UTF-8 and without a content encoding
 */
export function requireMediaType<T extends string>(request: FastifyRequest, accepted: readonly T[]): T {
  const [essence = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const type = accepted.find((candidate) => candidate === essence.trim());
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (type === undefined || !isUtf8 || encoding.toLowerCase() !== 'identity')
    throw new AppError(
      'unsupported-media-type',
      { accepted: accepted.join(' or ') },
      {
        headers: {
          ...closing,
          [`accept-${request.method === 'PATCH' ? 'patch' : 'post'}`]: accepted.join(', '),
          'accept-encoding': 'identity',
        },
      },
    );
  return type;
}

/**
 * Reads a body whole and decodes it.
 *
 * @throws AppError `payload-too-large` as soon as it is known to be, `request-timeout`, `malformed-json` when not UTF-8
 */
export async function readText(request: FastifyRequest, limits: BodyLimits): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of limitBody(request, limits, 'whole')) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError('malformed-json', { reason: 'It is not valid UTF-8' }, { cause });
  }
}

/**
 * The body's chunks as they arrive, within limits. The time limit holds for the `whole` body (small documents) or
 * for each `pause` (uploads, which may be long).
 */
export async function* limitBody(
  request: FastifyRequest,
  { maxBytes, timeoutMs }: BodyLimits,
  timed: 'whole' | 'pause',
): AsyncGenerator<Buffer> {
  const tooLarge = () => new AppError('payload-too-large', { maxBytes }, { headers: closing });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  // With the pass-through parser the body is the request's own stream, or undefined when there is none.
  const body = request.body as Readable | undefined;
  if (!body) return;
  const timer = setTimeout(() => {
    body.destroy(new AppError('request-timeout', {}, { headers: closing }));
  }, timeoutMs);
  let size = 0;
  try {
    // An error must be answered on this connection, so leaving the loop must not destroy it.
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (timed === 'pause') timer.refresh();
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** @throws AppError `not-acceptable` unless the request's Accept header includes the media type */
export function requireAcceptable(request: FastifyRequest, mediaType: string): void {
  if (request.headers.accept !== undefined && new Negotiator(request.raw).mediaType([mediaType]) === undefined)
    throw new AppError('not-acceptable', { mediaType });
}
