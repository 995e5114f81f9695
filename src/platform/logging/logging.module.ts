import { Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LoggerModule } from 'nestjs-pino';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config';
import { safePath } from '../http/safe-path';

/** JSON lines on standard output. No header, body or parameter of a request is ever logged. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        pinoHttp: {
          level: config.logLevel,
          base: { pid: process.pid },
          quietReqLogger: true,
          wrapSerializers: false,
          customAttributeKeys: { reqId: 'requestId' },
          genReqId: (request) => (request as unknown as FastifyRequest).id,
          customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
          serializers: {
            err: serializeError,
            // `url` loses its beginning on the way through middleware.
            req: (request: { method: string; url: string; originalUrl?: string }) => ({
              method: request.method,
              path: safePath(request.originalUrl ?? request.url),
            }),
            res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
          },
        },
      }),
    }),
  ],
})
export class LoggingModule {}

/** An error with its causes, but none of the other members that libraries hang on: a query's carry its parameters. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return { type: name, message, code, stack, ...(cause === undefined ? {} : { cause: serializeError(cause) }) };
}
