import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Tenant } from '../auth/tenant.entity';

/**
 * Reports that were asked for together. What becomes of them is told by their own rows: a count kept here would be one
 * row that every worker waits for.
 */
@Entity('report_batches')
@Index('report_batches_open', ['createdAt'], { where: 'completed_at IS NULL' })
export class ReportBatch {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'report_batches_pkey' })
  id!: string;

  @ForeignKey(() => Tenant, { name: 'report_batches_tenant_fkey' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'created_by_key_id', nullable: true })
  createdByKeyId!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  /** To the millisecond, as clients see it. */
  @Column('timestamptz', { name: 'created_at', default: () => "date_trunc('milliseconds', now())" })
  createdAt!: Date;

  /** When it was noticed that every report has ended; what clients see does not wait for that. */
  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;
}
