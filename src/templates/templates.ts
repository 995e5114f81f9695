import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AppError, validationFailed } from '../platform/errors/app-error';
import { DefinitionChecks } from './definition-checks';
import { LatestTemplates } from './latest-templates';
import { templateNamePattern } from './template-reference';
import { TemplateVersion } from './template-version.entity';

/** A template as a list shows it. */
export type TemplateSummary = Pick<TemplateVersion, 'name' | 'version' | 'hash' | 'createdAt'>;

@Injectable()
export class Templates {
  private readonly latest = new LatestTemplates();

  constructor(
    @InjectRepository(TemplateVersion) private readonly versions: Repository<TemplateVersion>,
    private readonly checks: DefinitionChecks,
  ) {}

  /**
   * Stores a definition as the template's next version, unless its latest version says the same.
   *
   * @throws AppError `validation-failed` with every fault of the definition
   */
  async save(tenantId: string, name: string, definition: object): Promise<{ saved: TemplateVersion; isNew: boolean }> {
    const { hash } = await this.checks.check(definition, '');
    checkName(definition, name);
    // Whoever loses a race for the next number finds it taken, looks again, and takes the one after it.
    for (;;) {
      const latest = await this.findLatest(tenantId, name);
      if (latest?.hash.equals(hash)) return { saved: latest, isNew: false };
      const version = (latest?.version ?? 0) + 1;
      const next = this.versions.create({ tenantId, name, version, hash, definition, createdAt: new Date() });
      const inserted = await this.versions
        .createQueryBuilder()
        .insert()
        .values(next)
        .orIgnore()
        .returning('version')
        .execute();
      if ((inserted.raw as unknown[]).length === 1) return { saved: next, isNew: true };
    }
  }

  /** @throws AppError `template-not-found` */
  async find(tenantId: string, name: string, version?: number): Promise<TemplateVersion> {
    const reference = version === undefined ? name : `${name}@${version}`;
    const missing = new AppError('template-not-found', { template: reference });
    // What cannot be a name is not looked up: Postgres refuses some of it, such as U+0000.
    if (!new RegExp(`^${templateNamePattern}$`).test(name)) throw missing;
    const found = await (version === undefined
      ? this.findLatest(tenantId, name)
      : this.versions.findOneBy({ tenantId, name, version }));
    if (!found) throw missing;
    if (version === undefined) this.latest.remember(found);
    return found;
  }

  /**
   * The latest version as far as this process remembers it. Whoever uses it has to make sure, when it counts, that it is
   * still the latest.
   */
  recall(tenantId: string, name: string): TemplateVersion | undefined {
    return this.latest.recall(tenantId, name);
  }

  /**
   * Every version of one template, newest first, without the definitions.
   *
   * @throws AppError `template-not-found`
   */
  async listVersions(tenantId: string, name: string): Promise<TemplateSummary[]> {
    await this.find(tenantId, name);
    return this.versions.find({ select: summary, where: { tenantId, name }, order: { version: 'DESC' } });
  }

  /** The latest version of every template, by name, without the definitions. */
  list(tenantId: string): Promise<TemplateSummary[]> {
    return this.versions
      .createQueryBuilder('template')
      .select(Object.keys(summary).map((column) => `template.${column}`))
      .distinctOn(['template.name'])
      .where({ tenantId })
      .orderBy('template.name')
      .addOrderBy('template.version', 'DESC')
      .getMany();
  }

  private findLatest(tenantId: string, name: string): Promise<TemplateVersion | null> {
    return this.versions.findOne({ where: { tenantId, name }, order: { version: 'DESC' } });
  }
}

const summary = { name: true, version: true, hash: true, createdAt: true } as const;

function checkName({ name: ownName }: { name?: string }, name: string): void {
  if (ownName !== undefined && ownName !== name)
    throw validationFailed([
      { pointer: '/name', code: 'name-differs', detail: `The address says '${name}', the definition '${ownName}'.` },
    ]);
}
