import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells those who wait for a report of each change of its state, in the transaction of the change.
 *
 * Postgres commits transactions that notify one at a time, which was measured to let through a quarter of the changes of
 * state and a tenth of the submissions. So changes are announced only while somebody watches the report; a cancellation
 * always, for the worker's sake; progress never, as it is read at intervals.
 */
export class AnnounceReportChanges1764080000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE reports ADD COLUMN watched_until timestamptz;
      CREATE FUNCTION announce_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('report_changed', concat_ws(' ', NEW.id, NEW.version,
          CASE WHEN NEW.deleted_at IS NULL THEN NEW.state ELSE 'deleted' END));
        RETURN NULL;
      END $$;
      CREATE TRIGGER reports_change_announced AFTER UPDATE ON reports
        FOR EACH ROW WHEN (
          (OLD.state <> NEW.state AND NEW.watched_until > now())
          OR OLD.cancel_requested_at IS DISTINCT FROM NEW.cancel_requested_at
          OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
        EXECUTE FUNCTION announce_report_change();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER reports_change_announced ON reports;
      DROP FUNCTION announce_report_change();
      ALTER TABLE reports DROP COLUMN watched_until;`);
  }
}
