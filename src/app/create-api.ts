import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Config } from '../platform/config/config';
import { Drain } from '../platform/http/drain';
import { ProblemFilter } from '../platform/http/problem.filter';
import { createHttpAdapter } from '../platform/http/server';
import { ApiModule } from './api.module';
import { serveApiDescription } from './openapi';

/** The API, ready to listen. */
export async function createApi(config: Config): Promise<NestFastifyApplication> {
  const { adapter, routes } = createHttpAdapter(config.trustedProxies);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(config), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new ProblemFilter(routes, await app.resolve(PinoLogger)));
  app.get(Drain).watchAnswers();
  serveApiDescription(app);
  await app.init();
  return app;
}
