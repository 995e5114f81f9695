import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Upload } from '../data-sources/upload.entity';
import { Report } from './report.entity';

const key = { primaryKeyConstraintName: 'report_uploads_pkey' };

/** An upload that a report reads, and that is therefore kept while the report is not done. */
@Entity('report_uploads')
@Index('report_uploads_upload', ['uploadId'])
export class ReportUpload {
  @ForeignKey(() => Report, { name: 'report_uploads_report_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'report_id', ...key })
  reportId!: string;

  @ForeignKey(() => Upload, { name: 'report_uploads_upload_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'upload_id', ...key })
  uploadId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;
}
