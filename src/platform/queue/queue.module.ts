import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config';
import { RedisConnections, RedisModule } from './redis-connections';
import { RenderBell, renderQueue } from './render-bell';

/**
 * The queue between API and workers. It only wakes workers up: state, retries, time limits and recovery are in
 * Postgres, so Redis can be emptied at any time.
 */
@Global()
@Module({
  imports: [
    RedisModule,
    BullModule.registerQueueAsync({
      name: renderQueue,
      imports: [RedisModule],
      inject: [CONFIG, RedisConnections],
      useFactory: (config: Config, connections: RedisConnections) => ({
        prefix: config.redisPrefix,
        createClient: (type) => connections.open(type),
        settings: { retryProcessDelay: 500, maxStalledCount: 1_000 },
      }),
    }),
  ],
  providers: [RenderBell],
  exports: [BullModule, RenderBell],
})
export class QueueModule {}
