import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DefinitionChecks } from './definition-checks';
import { DefinitionsController } from './definitions.controller';
import { TemplateVersion } from './template-version.entity';
import { Templates } from './templates';
import { TemplatesController } from './templates.controller';

/** Definitions under a name, in numbered versions. */
@Module({
  imports: [TypeOrmModule.forFeature([TemplateVersion])],
  controllers: [TemplatesController, DefinitionsController],
  providers: [Templates, DefinitionChecks],
  exports: [Templates, DefinitionChecks],
})
export class TemplatesModule {}
