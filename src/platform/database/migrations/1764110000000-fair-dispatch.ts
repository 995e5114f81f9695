import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the fair scheduler reads: each tenant's reports that wait to be rung for, by priority and age, and those that it
 * has in hand. Overdue reports are found without reading the backlog.
 */
export class FairDispatch1764110000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX reports_unrung ON reports (tenant_id, priority, created_at)
        WHERE state = 'queued' AND last_dispatched_at IS NULL;
      CREATE INDEX reports_in_hand ON reports (tenant_id)
        WHERE state = 'running' OR (state = 'queued' AND last_dispatched_at IS NOT NULL);
      CREATE INDEX reports_deadline ON reports (deadline_at) WHERE state = 'queued';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX reports_unrung, reports_in_hand, reports_deadline');
  }
}
