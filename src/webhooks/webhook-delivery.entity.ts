import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { EventType } from './event-types';
import { WebhookEndpoint } from './webhook-endpoint.entity';

export const deliveryStates = ['pending', 'delivering', 'delivered', 'exhausted', 'disabled'] as const;

export type DeliveryState = (typeof deliveryStates)[number];

/** One event for one endpoint, written by the database in the transaction in which the event came about. */
@Entity('webhook_deliveries')
@Unique('webhook_deliveries_once', ['endpointId', 'subjectId', 'type'])
@Index('webhook_deliveries_due', ['endpointId', 'nextAttemptAt'], { where: `state = 'pending'` })
@Index('webhook_deliveries_lease', ['endpointId', 'leaseExpiresAt'], { where: `state = 'delivering'` })
@Index('webhook_deliveries_list', ['tenantId', 'createdAt', 'id'])
@Index('webhook_deliveries_by_endpoint', ['endpointId', 'createdAt', 'id'])
@Index('webhook_deliveries_expiry', ['finishedAt'], { where: 'finished_at IS NOT NULL' })
@Check('webhook_deliveries_state', `state IN ('pending', 'delivering', 'delivered', 'exhausted', 'disabled')`)
@Check(
  'webhook_deliveries_lease_iff_delivering',
  `(state = 'delivering') = (lease_token IS NOT NULL AND lease_expires_at IS NOT NULL)`,
)
@Check(
  'webhook_deliveries_finished_iff_ended',
  `(state IN ('delivered', 'exhausted', 'disabled')) = (finished_at IS NOT NULL)`,
)
export class WebhookDelivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @ForeignKey(() => WebhookEndpoint, { name: 'webhook_deliveries_endpoint_fkey' })
  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  /** What the event is about. */
  @Column('uuid', { name: 'subject_id' })
  subjectId!: string;

  @Column('text')
  type!: EventType;

  @Column('json')
  data!: object;

  @Column('text', { default: 'pending' })
  state!: DeliveryState;

  /** How often it was sent or tried to be, in all. */
  @Column('integer', { default: 0 })
  attempts!: number;

  /** The same since it was last asked for: its place in the schedule. */
  @Column('integer', { name: 'tries_in_round', default: 0 })
  triesInRound!: number;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt!: Date;

  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  @Column('timestamptz', { name: 'lease_expires_at', nullable: true })
  leaseExpiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_attempt_at', nullable: true })
  lastAttemptAt!: Date | null;

  /** HTTP status of the last answer; null when there was none. */
  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus!: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
