import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Provenance } from '../engine';
import { Report } from './report.entity';

/** The one result of a report that is visible. */
@Entity('report_files')
@Unique('report_files_report_key', ['reportId'])
@Unique('report_files_storage_key_key', ['storageKey'])
@Check('report_files_not_empty', 'size_bytes > 0')
@Check('report_files_sha256_length', 'octet_length(sha256) = 32')
export class ReportFile {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'report_files_pkey' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @ForeignKey(() => Report, { name: 'report_files_report_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'report_id' })
  reportId!: string;

  @Column('integer')
  attempt!: number;

  @Column('text', { name: 'storage_key' })
  storageKey!: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes!: string;

  @Column('bytea')
  sha256!: Buffer;

  @Column('text', { name: 'media_type' })
  mediaType!: string;

  @Column('integer')
  pages!: number;

  @Column('jsonb')
  provenance!: Provenance;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
