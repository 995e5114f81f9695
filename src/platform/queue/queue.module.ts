import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config';
import type { ConnectionType } from './redis-connections';
import { RedisConnections, RedisModule } from './redis-connections';
import { RenderBell, renderQueues } from './render-bell';

/**
 * The queues between API and workers. They only wake workers up: state, retries, time limits and recovery are in
 * Postgres, so Redis can be emptied at any time.
 */
@Global()
@Module({
  imports: [
    RedisModule,
    BullModule.registerQueueAsync(
      ...Object.values(renderQueues).map((name) => ({
        name,
        imports: [RedisModule],
        inject: [CONFIG, RedisConnections],
        useFactory: (config: Config, connections: RedisConnections) => ({
          prefix: config.redisPrefix,
          createClient: (type: ConnectionType) => connections.get(type),
          settings: { retryProcessDelay: 500, maxStalledCount: 1_000 },
        }),
      })),
    ),
  ],
  providers: [RenderBell],
  exports: [BullModule, RenderBell],
})
export class QueueModule {}
