import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Report } from './report.entity';

/** Rows sent with the request, or the upload that has them. */
export type DatasetInput = { rows: Record<string, unknown>[] } | { upload: string };

/** What a report was asked for. Written once, and apart from the report's row, which changes often and should be small. */
@Entity('report_inputs')
export class ReportInput {
  @ForeignKey(() => Report, { name: 'report_inputs_report_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'report_id', primaryKeyConstraintName: 'report_inputs_pkey' })
  reportId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** The definition that came with the request; null when a template was named. */
  @Column('json', { nullable: true })
  definition!: object | null;

  /** With defaults filled in. */
  @Column('json')
  parameters!: Record<string, unknown>;

  @Column('json')
  data!: Record<string, DatasetInput>;
}
