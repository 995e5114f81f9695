import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Upload } from '../data-sources/upload.entity';
import { ReportsModule } from '../reports/reports.module';
import { TemplatesModule } from '../templates/templates.module';
import { EnginePool } from './engine-pool';
import { HearCancellations } from './hear-cancellations';
import { HearingWatch } from './hearing-watch';
import { LoadTask } from './load-task';
import { RenderReport } from './render-report';
import { RenderProcessor } from './render.processor';
import { SpaceWatch } from './space-watch';
import { TemporaryFiles } from './temporary-files';

/** The worker's side: from a ring of the bell to a finished report. */
@Module({
  imports: [ReportsModule, TemplatesModule, TypeOrmModule.forFeature([Upload])],
  providers: [
    EnginePool,
    LoadTask,
    TemporaryFiles,
    RenderReport,
    RenderProcessor,
    SpaceWatch,
    HearingWatch,
    HearCancellations,
  ],
})
export class RenderingModule {}
