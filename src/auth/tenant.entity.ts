import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('tenants')
@Unique('tenants_name_key', ['name'])
export class Tenant {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tenants_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
