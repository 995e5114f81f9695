import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config';
import { DatabaseGauges } from './database-gauges';
import { ImpatientClient } from './impatient-client';
import { Notifications } from './notifications';

/** The connection pool of a process, and the connection that listens. Entities are those that the feature modules register. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        type: 'postgres',
        url: config.databaseUrl,
        autoLoadEntities: true,
        synchronize: false,
        applicationName: 'pressroom',
        extra: {
          max: config.databasePool,
          Client: ImpatientClient,
          preparesStatements: config.prepareStatements === 'true',
          connectionTimeoutMillis: 2_000, // no connection free for this long: answer 503 rather than wait
          statement_timeout: 10_000,
          lock_timeout: 2_000,
          query_timeout: 12_000,
          idle_in_transaction_session_timeout: 30_000,
          keepAlive: true,
          keepAliveInitialDelayMillis: 10_000,
        },
        poolErrorHandler: () => undefined, // an idle connection was lost; the next query takes another
      }),
    }),
  ],
  providers: [Notifications, DatabaseGauges],
  exports: [Notifications],
})
export class DatabaseModule {}
