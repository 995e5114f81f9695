import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports that are asked for together. */
export class ReportBatches1764090000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE report_batches (
        id uuid CONSTRAINT report_batches_pkey PRIMARY KEY,
        tenant_id uuid NOT NULL CONSTRAINT report_batches_tenant_fkey REFERENCES tenants,
        created_by_key_id text,
        request_id text,
        cancel_requested_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()));
      ALTER TABLE reports
        ADD COLUMN batch_index integer,
        ADD CONSTRAINT reports_batch_fkey FOREIGN KEY (batch_id) REFERENCES report_batches,
        ADD CONSTRAINT reports_batch_has_index CHECK ((batch_id IS NULL) = (batch_index IS NULL));
      CREATE UNIQUE INDEX reports_by_batch ON reports (batch_id, batch_index) WHERE batch_id IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX reports_by_batch;
      ALTER TABLE reports DROP CONSTRAINT reports_batch_has_index, DROP CONSTRAINT reports_batch_fkey,
        DROP COLUMN batch_index;
      DROP TABLE report_batches;`);
  }
}
