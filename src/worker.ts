import './platform/memory/heap-growth';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { endOnSignal } from './app/end-on-signal';
import { runProgram } from './app/run-program';
import { WorkerModule } from './app/worker.module';
import { checkDurability } from './platform/database/check-durability';
import { migrate } from './platform/database/migrate';

/** A worker process. */
runProgram(['databaseUrl', 'redisUrl', 'cursorSecret'], async (config) => {
  await checkDurability(config);
  await migrate(config.databaseUrl);
  const options = { bufferLogs: true, abortOnError: false };
  const app = await NestFactory.createApplicationContext(WorkerModule.with(config), options);
  app.useLogger(app.get(Logger));
  endOnSignal(app);
  process.send?.({ type: 'ready' });
});
