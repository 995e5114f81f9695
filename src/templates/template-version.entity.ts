import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Tenant } from '../auth/tenant.entity';

const key = { primaryKeyConstraintName: 'template_versions_pkey' };

/** One version of a template; never changed once written. */
@Entity('template_versions')
@Check('template_versions_version_counts', 'version >= 1')
export class TemplateVersion {
  @ForeignKey(() => Tenant, { name: 'template_versions_tenant_fkey' })
  @PrimaryColumn('uuid', { name: 'tenant_id', ...key })
  tenantId!: string;

  @PrimaryColumn('text', { ...key })
  name!: string;

  /** From 1, without gaps. */
  @PrimaryColumn('integer', { ...key })
  version!: number;

  /** SHA-256 of the definition's canonical JSON. */
  @Column('bytea')
  hash!: Buffer;

  /** As the author sent it. */
  @Column('json')
  definition!: object;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
