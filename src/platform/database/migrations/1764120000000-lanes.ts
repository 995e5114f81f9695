import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long reports and short ones are rung for apart. */
export class Lanes1764120000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE reports ADD COLUMN lane text NOT NULL DEFAULT 'short'
        CONSTRAINT reports_lane CHECK (lane IN ('short', 'long'));
      CREATE INDEX reports_unrung_in_lane ON reports (tenant_id, lane, priority, created_at)
        WHERE state = 'queued' AND last_dispatched_at IS NULL;
      DROP INDEX reports_unrung;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX reports_unrung ON reports (tenant_id, priority, created_at)
        WHERE state = 'queued' AND last_dispatched_at IS NULL;
      DROP INDEX reports_unrung_in_lane;
      ALTER TABLE reports DROP COLUMN lane;`);
  }
}
