import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AppError } from '../platform/errors/app-error';
import { fromPublicId } from '../platform/ids/public-id';
import { ReportBatch } from './report-batch.entity';
import type { Report, ReportState } from './report.entity';

/** What a batch shows of one of its reports. */
type BatchMember = Pick<Report, 'id' | 'batchIndex' | 'reference'> & { status: ReportState };

export interface FoundBatch {
  batch: ReportBatch;
  /** In the order of the request. */
  members: BatchMember[];
}

@Injectable()
export class FindBatches {
  constructor(@InjectRepository(ReportBatch) private readonly batches: Repository<ReportBatch>) {}

  /**
   * A batch with those of its reports whose records are still kept.
   *
   * @throws AppError `not-found`, in the same words for a batch of another tenant and for one that never was
   */
  async find(tenantId: string, publicId: string): Promise<FoundBatch> {
    const id = fromPublicId('bat', publicId);
    const batch = id === undefined ? null : await this.batches.findOneBy({ id, tenantId });
    const members = batch === null ? [] : await this.batches.query<BatchMember[]>(selectMembers, [id, tenantId]);
    if (!batch || members.length === 0) throw new AppError('not-found');
    return { batch, members };
  }
}

/** With the status that a client sees: see `statusOf`. */
const selectMembers = `
  SELECT id, batch_index AS "batchIndex", reference,
         CASE WHEN state = 'succeeded' AND file_expires_at <= now() THEN 'expired' ELSE state END AS status
    FROM reports
   WHERE batch_id = $1 AND tenant_id = $2 AND (record_expires_at IS NULL OR record_expires_at > now())
   ORDER BY batch_index`;
