import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Report } from './report.entity';

const key = { primaryKeyConstraintName: 'report_events_pkey' };

/** A change of a report's state, written by the database itself in the transaction of the change. */
@Entity('report_events')
export class ReportEvent {
  @ForeignKey(() => Report, { name: 'report_events_report_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'report_id', ...key })
  reportId!: string;

  /** The report's version after the change. */
  @PrimaryColumn('bigint', key)
  seq!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  type!: 'status';

  @Column('jsonb')
  data!: object;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}
