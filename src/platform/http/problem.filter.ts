import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { isDatabaseUnavailable } from '../database/database-errors';
import { AppError } from '../errors/app-error';
import type { ProblemCode } from '../errors/catalogue';
import { problems } from '../errors/catalogue';
import type { RouteTable } from './route-table';
import { sendProblem } from './server';

/** Turns whatever was thrown into problem details: safe words for the client, the cause for the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: PinoLogger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.raw.headersSent || reply.raw.destroyed) return;
    const error = this.toAppError(thrown, request);
    if (problems[error.code].status >= 500) this.logger.error({ err: error.cause ?? thrown }, error.message);
    sendProblem(request, reply, error);
  }

  private toAppError(thrown: unknown, request: FastifyRequest): AppError {
    if (thrown instanceof AppError) return thrown;
    if (isDatabaseUnavailable(thrown))
      return new AppError('service-unavailable', {}, { cause: thrown, headers: { 'retry-after': '5' } });
    if (thrown instanceof HttpException) return this.fromNest(thrown, request);
    return new AppError('internal-error', {}, { cause: thrown });
  }

  /** Nest and Fastify throw these on their own: no such route, no such method, a body that cannot be taken. */
  private fromNest(thrown: HttpException, request: FastifyRequest): AppError {
    const status = thrown.getStatus();
    if (status === 404) {
      const allow = this.routes.allowedAt(request.url.split('?', 1)[0]!).join(', ');
      return allow === ''
        ? new AppError('not-found')
        : new AppError('method-not-allowed', { allow }, { headers: { allow } });
    }
    if (status === 415) return new AppError('unsupported-media-type', { accepted: 'another media type' });
    const byStatus: Record<number, ProblemCode> = { 408: 'request-timeout', 413: 'payload-too-large' };
    return new AppError(byStatus[status] ?? (status < 500 ? 'bad-request' : 'internal-error'), {}, { cause: thrown });
  }
}
