import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The file of a deleted report goes unannounced: who deleted the report knows, and its address answers nobody. */
export class QuietDeletions1764115000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replaceTrigger(`AND NOT (NEW.state = 'expired' AND NEW.deleted_at IS NOT NULL)`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(replaceTrigger(''));
  }
}

function replaceTrigger(condition: string): string {
  return `
    CREATE OR REPLACE TRIGGER reports_announced AFTER UPDATE ON reports FOR EACH ROW
      WHEN (OLD.state <> NEW.state AND NEW.state IN ('succeeded', 'failed', 'canceled', 'expired') ${condition})
      EXECUTE FUNCTION announce_report()`;
}
