import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from '../auth/api-key.entity';
import { Tenant } from '../auth/tenant.entity';
import type { Config } from '../platform/config/config';
import { ConfigModule } from '../platform/config/config.module';
import { DatabaseModule } from '../platform/database/database.module';
import { LoggingModule } from '../platform/logging/logging.module';
import { MetricsModule } from '../platform/metrics/metrics.module';
import { QueueModule } from '../platform/queue/queue.module';
import { RenderingModule } from '../rendering/rendering.module';
import { ReportsLoopsModule } from '../reports/reports-loops.module';
import { WebhooksLoopsModule } from '../webhooks/webhooks-loops.module';

/** Everything that a worker process is made of. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule,
        MetricsModule,
        DatabaseModule,
        QueueModule,
        TypeOrmModule.forFeature([Tenant, ApiKey]), // other entities refer to them
        RenderingModule,
        ReportsLoopsModule,
        WebhooksLoopsModule,
      ],
    };
  }
}
