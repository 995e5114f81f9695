import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { AuthModule } from '../auth/auth.module';
import { DataSourcesModule } from '../data-sources/data-sources.module';
import { OperationsModule } from '../operations/operations.module';
import type { Config } from '../platform/config/config';
import { ConfigModule } from '../platform/config/config.module';
import { DatabaseModule } from '../platform/database/database.module';
import { RouteGuard } from '../platform/http/route.guard';
import { LoggingModule } from '../platform/logging/logging.module';
import { MetricsModule } from '../platform/metrics/metrics.module';
import { QueueModule } from '../platform/queue/queue.module';
import { ReportsApiModule } from '../reports/reports-api.module';
import { TemplatesModule } from '../templates/templates.module';
import { WebhooksApiModule } from '../webhooks/webhooks-api.module';

/** Everything that the API process is made of. */
@Module({})
export class ApiModule {
  static with(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule,
        MetricsModule,
        DatabaseModule,
        QueueModule,
        AuthModule,
        TemplatesModule,
        DataSourcesModule,
        ReportsApiModule,
        WebhooksApiModule,
        OperationsModule,
      ],
      providers: [
        // In this order: who is not known learns nothing about routes.
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: RouteGuard },
      ],
    };
  }
}
