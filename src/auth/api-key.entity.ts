import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from './scopes';
import { Tenant } from './tenant.entity';

/** An API key; only the hash of its secret is kept. */
@Entity('api_keys')
@Index('api_keys_tenant', ['tenantId'])
@Check('api_keys_secret_is_hashed', 'octet_length(secret_sha256) = 32')
export class ApiKey {
  /** The public part of the key. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @ForeignKey(() => Tenant, { name: 'api_keys_tenant_fkey' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('bytea', { name: 'secret_sha256' })
  secretSha256!: Buffer;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  /** The key that a rotation put in the place of this one. */
  @ForeignKey(() => ApiKey, { name: 'api_keys_replaced_by_fkey' })
  @Column('text', { name: 'replaced_by', nullable: true })
  replacedBy!: string | null;
}
