import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import Negotiator from 'negotiator';
import type { Config } from '../config/config';
import { AppError } from '../errors/app-error';
import type { Json } from './strict-json';
import { maxJsonDepth, parseStrictJson } from './strict-json';

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
          [request.method === 'POST' ? 'accept-post' : 'accept']: accepted.join(', '),
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
 * Reads a body that is JSON by its media type and by the letter; see {@link parseStrictJson}.
 *
 * @param options.maxBytes `PRESSROOM_MAX_SUBMISSION_SIZE` where nothing is said
 * @param options.accepted media types, `application/json` alone where nothing is said
 * @throws AppError `unsupported-media-type` and what {@link readText} and {@link parseStrictJson} throw
 */
export async function readJson(
  request: FastifyRequest,
  { maxSubmissionSize, bodyTimeout: timeoutMs }: Config,
  { maxBytes = maxSubmissionSize, accepted = ['application/json'] as readonly string[] } = {},
): Promise<Json> {
  requireMediaType(request, accepted);
  return parseStrictJson(await readText(request, { maxBytes, timeoutMs }), maxJsonDepth);
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
  // Its destruction would take the connection along, on which an error is still to be answered.
  const chunks = (body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let deadline = performance.now() + timeoutMs;
  for (let size = 0; ;) {
    const next = await before(deadline, chunks.next());
    if (next.done) return;
    size += next.value.length;
    if (size > maxBytes) throw tooLarge();
    yield next.value;
    if (timed === 'pause') deadline = performance.now() + timeoutMs;
  }
}

/** @throws AppError `request-timeout` when the chunk has not come by then */
async function before<T>(deadline: number, chunk: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new AppError('request-timeout', {}, { headers: closing }));
    timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
  });
  try {
    return await Promise.race([chunk, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws AppError `not-acceptable` unless the request's Accept header includes the media type, which is in UTF-8 */
export function requireAcceptable(request: FastifyRequest, mediaType: string): void {
  const accept = request.headers.accept?.replace(/;\s*charset="?utf-?8"?/gi, '');
  if (accept !== undefined && new Negotiator({ headers: { accept } }).mediaType([mediaType]) === undefined)
    throw new AppError('not-acceptable', { mediaType });
}
