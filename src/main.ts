import './platform/memory/heap-growth';
import 'reflect-metadata';
import { Logger } from 'nestjs-pino';
import { createApi } from './app/create-api';
import { endOnSignal } from './app/end-on-signal';
import { runProgram } from './app/run-program';
import { checkDurability } from './platform/database/check-durability';
import { migrate } from './platform/database/migrate';
import { Drain } from './platform/http/drain';

/** The API process. */
runProgram(['databaseUrl', 'redisUrl', 'cursorSecret'], async (config) => {
  await checkDurability(config);
  await migrate(config.databaseUrl);
  const app = await createApi(config);
  endOnSignal(app, () => app.get(Drain).begin());
  await app.listen({ host: config.host, port: config.port });
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  app.get(Logger).log({ msg: 'listening', url });
  // A parent that started this process is told the address, which it cannot know when any free port is taken.
  process.send?.({ type: 'listening', url });
});
