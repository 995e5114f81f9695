import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Tenant } from '../auth/tenant.entity';
import type { EventType } from './event-types';

const now = () => `date_trunc('milliseconds', now())`;

/** An address of a tenant that is told of events. */
@Entity('webhook_endpoints')
@Index('webhook_endpoints_tenant', ['tenantId', 'createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Check('webhook_endpoints_status', `status IN ('enabled', 'disabled')`)
@Check('webhook_endpoints_reason_iff_disabled', `(status = 'disabled') = (disabled_reason IS NOT NULL)`)
@Check('webhook_endpoints_previous_secret_ends', `(previous_secret IS NULL) = (previous_secret_expires_at IS NULL)`)
export class WebhookEndpoint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id!: string;

  @ForeignKey(() => Tenant, { name: 'webhook_endpoints_tenant_fkey' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  url!: string;

  @Column('text', { array: true })
  events!: EventType[];

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { default: 'enabled' })
  status!: 'enabled' | 'disabled';

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: string | null;

  /** Encrypted, like the one before: they must be readable to sign with. */
  @Column('text')
  secret!: string;

  @Column('text', { name: 'previous_secret', nullable: true })
  previousSecret!: string | null;

  @Column('timestamptz', { name: 'previous_secret_expires_at', nullable: true })
  previousSecretExpiresAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: now })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: now })
  updatedAt!: Date;

  /** The row outlives the endpoint until its deliveries have been removed. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
