import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

const key = { primaryKeyConstraintName: 'idempotency_keys_pkey' };

/** A request that was accepted under a client's key, so that a repetition finds it. */
@Entity('idempotency_keys')
@Index('idempotency_keys_expiry', ['expiresAt'])
@Check('idempotency_keys_length', 'length(key) BETWEEN 1 AND 255')
export class IdempotencyKey {
  @PrimaryColumn('uuid', { name: 'tenant_id', ...key })
  tenantId!: string;

  /** Which kind of request; a key may be used once for each. */
  @PrimaryColumn('text', key)
  operation!: string;

  @PrimaryColumn('text', key)
  key!: string;

  /** SHA-256 of the body's canonical JSON. */
  @Column('bytea')
  fingerprint!: Buffer;

  @Column('uuid', { name: 'resource_id' })
  resourceId!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
