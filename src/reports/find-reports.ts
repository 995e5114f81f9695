import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { CONFIG } from '../platform/config/config';
import type { Config } from '../platform/config/config';
import { AppError } from '../platform/errors/app-error';
import { readCursor, signCursor } from '../platform/http/cursor';
import { fromPublicId } from '../platform/ids/public-id';
import { ReportFile } from './report-file.entity';
import { Report } from './report.entity';
import type { ReportState } from './report.entity';

/** A report and, where it has one, its file. */
export interface FoundReport {
  report: Report;
  file: ReportFile | undefined;
}

export interface ReportFilters {
  status?: ReportState[];
  template?: string;
  reference?: string;
  /** UUID. */
  batchId?: string;
  createdAfter?: string;
  createdBefore?: string;
}

@Injectable()
export class FindReports {
  constructor(
    @InjectRepository(Report) private readonly reports: Repository<Report>,
    @InjectRepository(ReportFile) private readonly files: Repository<ReportFile>,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param publicId as it came from the client
   * @throws AppError `not-found`, in the same words for a report of another tenant and for one that never was;
   *   `report-deleted` for one of which only a tombstone is left
   */
  async find(tenantId: string, publicId: string): Promise<FoundReport> {
    return this.withFile(await this.findRecord(tenantId, publicId));
  }

  /** As {@link find}, for a caller without a tenant whose right to this very report was proved by a signature. */
  async findSigned(id: string): Promise<FoundReport> {
    return this.withFile(await this.requireRecord({ id }));
  }

  /** As {@link find}, but a tombstone is found too. */
  async findRecord(tenantId: string, publicId: string): Promise<Report> {
    const id = fromPublicId('rep', publicId);
    if (id === undefined) throw new AppError('not-found');
    return this.requireRecord({ id, tenantId });
  }

  private async requireRecord(which: { id: string; tenantId?: string }): Promise<Report> {
    const report = await this.reports.findOneBy(which);
    const isGone = (report?.recordExpiresAt?.getTime() ?? Infinity) <= Date.now();
    if (!report || isGone) throw new AppError('not-found');
    return report;
  }

  private async withFile(report: Report): Promise<FoundReport> {
    if (report.deletedAt !== null) throw new AppError('report-deleted', { deletedAt: report.deletedAt.toISOString() });
    if (report.state !== 'succeeded') return { report, file: undefined };
    const file = await this.files.findOneBy({ reportId: report.id });
    if (file) return { report, file };
    // Its file went since the report was read, and with it the state: read it again.
    const current = await this.requireRecord({ id: report.id });
    if (current.version === report.version) throw new Error(`report ${report.id} has succeeded but has no file`);
    return this.withFile(current);
  }

  /**
   * A page of a tenant's reports, newest first. Pages go on from the last report seen, so reports that are added
   * meanwhile neither shift nor repeat any.
   *
   * @throws AppError `invalid-cursor`
   */
  async list(
    tenantId: string,
    filters: ReportFilters,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ found: FoundReport[]; nextCursor: string | null }> {
    const context = [tenantId, filters];
    const query = this.reports
      .createQueryBuilder('r')
      .where('r.tenantId = :tenantId AND r.deletedAt IS NULL', { tenantId })
      .andWhere('(r.recordExpiresAt IS NULL OR r.recordExpiresAt > now())');
    if (filters.status) query.andWhere(`${shownStatus} IN (:...status)`, filters);
    if (filters.template !== undefined) query.andWhere('r.template = :template', filters);
    if (filters.reference !== undefined) query.andWhere('r.reference = :reference', filters);
    if (filters.batchId !== undefined) query.andWhere('r.batchId = :batchId', filters);
    if (filters.createdAfter !== undefined) query.andWhere('r.createdAt > :createdAfter', filters);
    if (filters.createdBefore !== undefined) query.andWhere('r.createdAt < :createdBefore', filters);
    if (cursor !== undefined) {
      const [createdAt, id] = readCursor(cursor, context, this.config.cursorSecret);
      query.andWhere('(r.createdAt, r.id) < (CAST(:createdAt AS timestamptz), CAST(:id AS uuid))', { createdAt, id });
    }
    const { entities, raw } = await query
      .addSelect('r.created_at::text', 'created_at_exact')
      .orderBy('r.createdAt', 'DESC')
      .addOrderBy('r.id', 'DESC')
      .limit(limit + 1)
      .getRawAndEntities<{ created_at_exact: string }>();
    const page = entities.slice(0, limit);
    const last = page.at(-1);
    const files = await this.files.findBy({ reportId: In(page.map((report) => report.id)) });
    return {
      found: page.map((report) => ({ report, file: files.find((file) => file.reportId === report.id) })),
      nextCursor:
        entities.length > limit && last
          ? signCursor([raw[limit - 1]!.created_at_exact, last.id], context, this.config.cursorSecret)
          : null,
    };
  }
}

/** The status that a client sees: see `statusOf`. */
const shownStatus = `CASE WHEN r.state = 'succeeded' AND r.file_expires_at <= now() THEN 'expired' ELSE r.state END`;
