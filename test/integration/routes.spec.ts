import { getQueueToken } from '@nestjs/bull';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bull';
import { createApi } from '../../src/app/create-api';
import { describeApi } from '../../src/app/openapi';
import { RouteTable } from '../../src/platform/http/route-table';
import { renderQueues } from '../../src/platform/queue/render-bell';
import { configWith } from '../support/database';
import type { TestDatabase } from '../support/services';
import { createDatabase, redisPrefix, redisUrl } from '../support/services';

describe('the description of the API', () => {
  let database: TestDatabase;
  let api: NestFastifyApplication;
  const served: string[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    jest.spyOn(RouteTable.prototype, 'add').mockImplementation((methods, url) => {
      for (const method of [methods].flat()) served.push(`${method} ${url}`);
    });
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      PRESSROOM_REDIS_PREFIX: redisPrefix,
      PRESSROOM_SECRET: 'x'.repeat(32),
      LOG_LEVEL: 'silent',
    };
    api = await createApi(configWith(env));
  });
  afterAll(async () => {
    const queue = api.get<Queue>(getQueueToken(renderQueues.short));
    await api.close();
    queue.client.disconnect(); // Bull closes only the connections that it made itself
    await database.drop();
  });

  it('has exactly the routes that are served', () => {
    const described = Object.entries(describeApi(api).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    // A HEAD comes with each GET; the description and its page do not describe themselves.
    const expected = served.filter((route) => !/^HEAD |^GET \/(docs|openapi)/.test(route));
    expect(described.length).toBeGreaterThan(10);
    expect(described.sort()).toEqual(expected.sort());
  });
});
