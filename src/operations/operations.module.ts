import { Module } from '@nestjs/common';
import { Drain } from '../platform/http/drain';
import { HealthController } from './health.controller';
import { ProblemsController } from './problems.controller';

/** What an operator asks the service about itself. */
@Module({ controllers: [HealthController, ProblemsController], providers: [Drain] })
export class OperationsModule {}
