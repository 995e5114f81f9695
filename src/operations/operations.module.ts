import { Module } from '@nestjs/common';
import { HealthController } from './health.controller';
import { ProblemsController } from './problems.controller';

/** What an operator asks the service about itself. */
@Module({ controllers: [HealthController, ProblemsController] })
export class OperationsModule {}
