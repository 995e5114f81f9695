import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Histogram } from 'prom-client';
import type { Network } from '../config/networks';
import { AppError } from '../errors/app-error';
import type { ProblemCode } from '../errors/catalogue';
import { problems } from '../errors/catalogue';
import { toProblem } from '../errors/problem';
import { RouteTable } from './route-table';
import { safePath } from './safe-path';

const answers = new Histogram({
  name: 'pressroom_http_request_duration_seconds',
  help: 'Time to the end of an answer, by route; of streams and put-off answers, the wait is part of it.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
});

/**
 * The HTTP server under Nest: request ids, the headers of every answer, bodies handed on unread (each route reads
 * its own, after authentication), and problem details for what fails before any route is found.
 *
 * @param trustedProxies whose word on where a request comes from is taken
 */
export function createHttpAdapter(trustedProxies: readonly Network[]): { adapter: FastifyAdapter; routes: RouteTable } {
  const adapter = new FastifyAdapter({
    logger: false,
    trustProxy: trustedProxies.map(({ address, prefix }) => `${address}/${prefix}`),
    genReqId: requestIdOf,
    bodyLimit: Number.MAX_SAFE_INTEGER, // limited where the body is read
    return503OnClosing: false, // requests in flight are finished; readiness turns the others away
    routerOptions: { maxParamLength: 16_384 }, // an id of any length is looked up, and not found
    // Node would answer a request without Host on its own, without a word.
    http: { headersTimeout: 15_000, maxHeaderSize: 16_384, requireHostHeader: false },
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers(commonHeaders(request.id));
      sendProblem(request, reply, new AppError('bad-request'));
    },
    clientErrorHandler: answerUnparsable,
  });
  const server = adapter.getInstance<FastifyInstance>();
  const routes = new RouteTable();
  server.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  server.addHook('onRequest', (request, reply, next) => {
    void reply.headers(commonHeaders(request.id));
    if (!isWellFramed(request.raw)) {
      sendProblem(request, reply, new AppError('bad-request'));
      return;
    }
    // Fastify would refuse what is no media type before any route is asked what it takes.
    const type = request.headers['content-type'];
    if (type !== undefined && !mediaType.test(type)) request.headers['content-type'] = 'application/octet-stream';
    next();
  });
  server.addHook('onResponse', (request, reply, next) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    answers.observe(labels, reply.elapsedTime / 1000);
    next();
  });
  // An expectation that is not known may be ignored (RFC 9110 §10.1.1); Node would answer it on its own, without a word.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, body, done) => done(null, body));
  return { adapter, routes };
}

/** A token, a slash and a token, and perhaps parameters (RFC 9110 §8.3.1). */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Whether it is clear which host is asked and where the body ends: one Host header, which HTTP/1.0 may leave out
 * (RFC 9112 §3.2), and no transfer coding that nobody decodes (§6.1).
 */
function isWellFramed({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length;
  const coding = headers['transfer-encoding']?.toLowerCase() ?? 'chunked';
  return (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) && coding === 'chunked';
}

/** Answers with the problem that an error stands for. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  // A body that nobody will read must not keep the connection.
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.raw.complete) void reply.header('connection', 'close');
  void reply
    .status(problems[error.code].status)
    .headers({ 'cache-control': 'no-store', ...error.headers })
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, safePath(request.url), request.id)));
}

/** The client's X-Request-Id where it is harmless to log and echo, else a new one. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
}

function commonHeaders(requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  };
}

const parserProblems: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** What Node's parser gave up on never becomes a request, so the answer is written by hand. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const code = parserProblems[error.code ?? ''] ?? 'bad-request';
  const { status } = problems[code];
  const body = JSON.stringify(toProblem(new AppError(code), '', requestId));
  const headers = {
    ...commonHeaders(requestId),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
