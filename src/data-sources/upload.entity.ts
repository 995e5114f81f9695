import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Tenant } from '../auth/tenant.entity';
import type { RowFormatName } from './driver';

/** Rows that a client sent ahead of the reports that read them. */
@Entity('uploads')
@Unique('uploads_storage_key_key', ['storageKey'])
@Index('uploads_expiry', ['expiresAt'])
@Check('uploads_sha256_length', 'octet_length(sha256) = 32')
export class Upload {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'uploads_pkey' })
  id!: string;

  @ForeignKey(() => Tenant, { name: 'uploads_tenant_fkey' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'media_type' })
  mediaType!: RowFormatName;

  @Column('text', { name: 'storage_key' })
  storageKey!: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes!: string;

  @Column('bigint', { name: 'row_count' })
  rowCount!: string;

  @Column('bytea')
  sha256!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
