import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { DatasetSource } from '../data-sources/driver';
import { Upload } from '../data-sources/upload.entity';
import { canonicalHash } from '../engine';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import type { DatasetInput } from '../reports/report-input.entity';
import { ReportInput } from '../reports/report-input.entity';
import type { ClaimedReport } from '../reports/report-state';
import { storageLocation } from '../storage/storage.module';
import { Templates } from '../templates/templates';
import { RenderFailed } from './render-failure';
import type { RenderTask } from './render-task';

export type LoadedTask = Omit<RenderTask, 'progressPort'>;

/** Gathers what a render thread needs, from the report's row on. */
@Injectable()
export class LoadTask {
  constructor(
    @InjectRepository(ReportInput) private readonly inputs: Repository<ReportInput>,
    @InjectRepository(Upload) private readonly uploads: Repository<Upload>,
    private readonly templates: Templates,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async load(report: ClaimedReport, outputPath: string): Promise<LoadedTask> {
    const input = await this.inputs.findOneByOrFail({ reportId: report.id });
    const { definition, hash } = await this.loadDefinition(report, input);
    const { template: name, templateVersion: version } = report;
    const { maxRows, maxPages, maxFileSize: maxBytes } = this.config;
    return {
      reportId: report.id,
      definition,
      template: name === null ? undefined : { name, version: version! },
      definitionHash: hash.toString('hex'),
      parameters: input.parameters,
      datasets: await this.loadDatasets(input),
      locale: report.locale,
      timeZone: report.timeZone,
      asOf: report.asOf,
      limits: { maxRows, maxPages, maxBytes },
      outputPath,
    };
  }

  private async loadDefinition(
    { tenantId, template, templateVersion }: ClaimedReport,
    { definition }: ReportInput,
  ): Promise<{ definition: object; hash: Buffer }> {
    if (definition !== null) return { definition, hash: canonicalHash(definition) };
    return this.templates.find(tenantId, template!, templateVersion!);
  }

  private async loadDatasets({ tenantId, data }: ReportInput): Promise<Record<string, DatasetSource>> {
    const ids = Object.values(data).flatMap((input) => ('upload' in input ? [input.upload] : []));
    const uploads = ids.length === 0 ? [] : await this.uploads.findBy({ id: In(ids), tenantId });
    return Object.fromEntries(Object.entries(data).map(([name, input]) => [name, this.toSource(name, input, uploads)]));
  }

  private toSource(name: string, input: DatasetInput, uploads: Upload[]): DatasetSource {
    if ('rows' in input) return { driver: 'payload', rows: input.rows };
    const upload = uploads.find(({ id }) => id === input.upload);
    if (!upload) throw new RenderFailed('data_source_error', `The upload of the dataset '${name}' is gone.`);
    return {
      driver: 'upload',
      storage: storageLocation(this.config),
      key: upload.storageKey,
      mediaType: upload.mediaType,
      rowCount: Number(upload.rowCount),
    };
  }
}
