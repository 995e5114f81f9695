import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TemplateVersion } from './template-version.entity';
import { Templates } from './templates';
import { TemplatesController } from './templates.controller';

/** Definitions under a name, in numbered versions. */
@Module({
  imports: [TypeOrmModule.forFeature([TemplateVersion])],
  controllers: [TemplatesController],
  providers: [Templates],
  exports: [Templates],
})
export class TemplatesModule {}
