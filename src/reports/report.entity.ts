import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Tenant } from '../auth/tenant.entity';
import type { FailureCode } from '../platform/errors/catalogue';
import type { Lane } from '../platform/queue/render-bell';
import { ReportBatch } from './report-batch.entity';

export const reportStates = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired'] as const;

export type ReportState = (typeof reportStates)[number];

/** Why a report failed, as it is stored. */
export interface ReportFailure {
  code: FailureCode;
  /** Safe to show: what failed, where, and how to mend it. */
  detail: string;
  attempt: number;
}

/** Something that a reader of the finished document should know, such as characters that no font has. */
export interface ReportWarning {
  code: string;
  detail: string;
  count: number;
}

/** One report request: its state and all that the loops and the API need to know of it. */
@Entity('reports')
@Index('reports_due', ['runAt'], { where: "state = 'queued'" })
@Index('reports_unrung_in_lane', ['tenantId', 'lane', 'priority', 'createdAt'], {
  where: "state = 'queued' AND last_dispatched_at IS NULL",
})
@Index('reports_in_hand', ['tenantId'], {
  where: "state = 'running' OR (state = 'queued' AND last_dispatched_at IS NOT NULL)",
})
@Index('reports_deadline', ['deadlineAt'], { where: "state = 'queued'" })
@Index('reports_lease', ['leaseExpiresAt'], { where: "state = 'running'" })
@Index('reports_file_expiry', ['fileExpiresAt'], { where: "state = 'succeeded'" })
@Index('reports_record_expiry', ['recordExpiresAt'], { where: 'record_expires_at IS NOT NULL' })
@Index('reports_list', ['tenantId', 'createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('reports_by_reference', ['tenantId', 'reference', 'createdAt', 'id'], { where: 'reference IS NOT NULL' })
@Index('reports_by_template', ['tenantId', 'template', 'createdAt', 'id'], { where: 'template IS NOT NULL' })
@Index('reports_by_batch', ['batchId', 'batchIndex'], { unique: true, where: 'batch_id IS NOT NULL' })
@Index('reports_open_in_batch', ['batchId'], { where: `batch_id IS NOT NULL AND state IN ('queued', 'running')` })
@Check('reports_state', `state IN ('queued', 'running', 'succeeded', 'failed', 'canceled', 'expired')`)
@Check('reports_priority', `priority IN ('high', 'normal', 'low')`)
@Check('reports_lane', `lane IN ('short', 'long')`)
@Check('reports_percent', 'progress_percent BETWEEN 0 AND 100')
@Check('reports_max_attempts', 'max_attempts BETWEEN 1 AND 10')
@Check('reports_template_has_version', '(template IS NULL) = (template_version IS NULL)')
@Check('reports_lease_iff_running', `(state = 'running') = (lease_token IS NOT NULL AND lease_expires_at IS NOT NULL)`)
@Check('reports_file_iff_succeeded', `(state = 'succeeded') = (file_id IS NOT NULL)`)
@Check(
  'reports_finished_iff_terminal',
  `(state IN ('succeeded', 'failed', 'canceled', 'expired')) = (finished_at IS NOT NULL)`,
)
@Check('reports_batch_has_index', '(batch_id IS NULL) = (batch_index IS NULL)')
@Check('reports_error_if_failed', `state <> 'failed' OR error IS NOT NULL`)
export class Report {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reports_pkey' })
  id!: string;

  @ForeignKey(() => Tenant, { name: 'reports_tenant_fkey' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @ForeignKey(() => ReportBatch, { name: 'reports_batch_fkey' })
  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId!: string | null;

  /** Place in the batch, from 0. */
  @Column('integer', { name: 'batch_index', nullable: true })
  batchIndex!: number | null;

  @Column('text', { name: 'created_by_key_id', nullable: true })
  createdByKeyId!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('text', { nullable: true })
  traceparent!: string | null;

  /** Null for a report whose definition came with the request. */
  @Column('text', { nullable: true })
  template!: string | null;

  @Column('integer', { name: 'template_version', nullable: true })
  templateVersion!: number | null;

  @Column('text', { default: 'pdf' })
  format!: 'pdf';

  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('text')
  filename!: string;

  @Column('text', { nullable: true })
  locale!: string | null;

  @Column('text', { name: 'time_zone', nullable: true })
  timeZone!: string | null;

  @Column('timestamptz', { name: 'as_of' })
  asOf!: Date;

  @Column('text', { default: 'normal' })
  priority!: 'high' | 'normal' | 'low';

  /** Decided by its number of rows at acceptance. */
  @Column('text', { default: 'short' })
  lane!: Lane;

  @Column('bytea', { name: 'parameters_sha256' })
  parametersSha256!: Buffer;

  @Column('text', { default: 'queued' })
  state!: ReportState;

  @Column('text', { nullable: true })
  phase!: string | null;

  @Column('smallint', { name: 'progress_percent', nullable: true })
  progressPercent!: number | null;

  @Column('bigint', { name: 'progress_rows', default: 0 })
  progressRows!: string;

  @Column('integer', { name: 'progress_pages', default: 0 })
  progressPages!: number;

  /** When the progress was last written. */
  @Column('timestamptz', { name: 'progress_at', nullable: true })
  progressAt!: Date | null;

  /** Rows of all datasets together, where that is known before the render. */
  @Column('bigint', { name: 'total_rows', nullable: true })
  totalRows!: string | null;

  /** Runs so far; only ever grows, and with the lease token it fences off workers of the past. */
  @Column('integer', { default: 0 })
  attempt!: number;

  /** Runs that counted against the budget; a hand-back at shutdown does not. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column('integer', { name: 'max_attempts', default: 3 })
  maxAttempts!: number;

  @Column('timestamptz', { name: 'attempt_started_at', nullable: true })
  attemptStartedAt!: Date | null;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_expires_at', nullable: true })
  leaseExpiresAt!: Date | null;

  @Column('text', { name: 'worker_id', nullable: true })
  workerId!: string | null;

  @Column('timestamptz', { name: 'run_at', default: () => 'now()' })
  runAt!: Date;

  @Column('timestamptz', { name: 'deadline_at' })
  deadlineAt!: Date;

  /** Rings so far; part of the queue's job id, because a queue drops an id that it has seen. */
  @Column('integer', { name: 'dispatch_seq', default: 0 })
  dispatchSeq!: number;

  @Column('timestamptz', { name: 'last_dispatched_at', nullable: true })
  lastDispatchedAt!: Date | null;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  error!: ReportFailure | null;

  @Column('jsonb', { default: [] })
  warnings!: ReportWarning[];

  @Column('uuid', { name: 'file_id', nullable: true })
  fileId!: string | null;

  /** Of the finished file; kept when that has gone. */
  @Column('bytea', { name: 'file_sha256', nullable: true, select: false })
  fileSha256!: Buffer | null;

  @Column('interval', { name: 'file_retention', select: false })
  fileRetention!: unknown;

  @Column('interval', { name: 'record_retention', select: false })
  recordRetention!: unknown;

  /** Until then changes of the state are announced with NOTIFY. */
  @Column('timestamptz', { name: 'watched_until', nullable: true, select: false })
  watchedUntil!: Date | null;

  /** Grows with every change; the entity tag of the resource. */
  @Column('bigint', { default: 1 })
  version!: string;

  /** To the millisecond, as clients see it, so that they can ask for what came after it. */
  @Column('timestamptz', { name: 'created_at', default: () => "date_trunc('milliseconds', now())" })
  createdAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('timestamptz', { name: 'file_expires_at', nullable: true })
  fileExpiresAt!: Date | null;

  @Column('timestamptz', { name: 'record_expires_at', nullable: true })
  recordExpiresAt!: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
