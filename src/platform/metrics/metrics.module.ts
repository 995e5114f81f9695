import { Global, Module } from '@nestjs/common';
import { MetricsServer } from './metrics-server';

/** Metrics, for every room that has some to look up. */
@Global()
@Module({ providers: [MetricsServer], exports: [MetricsServer] })
export class MetricsModule {}
