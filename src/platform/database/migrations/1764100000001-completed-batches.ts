import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes when a batch was completed, and announces it in the transaction that does so. */
export class CompletedBatches1764100000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE report_batches ADD COLUMN completed_at timestamptz;
      UPDATE report_batches b SET completed_at = now() WHERE NOT EXISTS (
        SELECT FROM reports r WHERE r.batch_id = b.id AND r.state IN ('queued', 'running'));
      CREATE INDEX report_batches_open ON report_batches (created_at) WHERE completed_at IS NULL;
      CREATE INDEX reports_open_in_batch ON reports (batch_id)
        WHERE batch_id IS NOT NULL AND state IN ('queued', 'running');

      CREATE FUNCTION announce_batch() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM announce_event(NEW.tenant_id, NEW.id, 'batch.completed', json_build_object(
          'id', 'bat_' || replace(NEW.id::text, '-', ''),
          'counts', (SELECT json_object_agg(s.state, (
                       SELECT count(*) FROM reports r WHERE r.batch_id = NEW.id AND r.state = s.state) ORDER BY s.place)
                       FROM unnest(ARRAY['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired'])
                            WITH ORDINALITY AS s(state, place))));
        RETURN NULL;
      END $$;
      CREATE TRIGGER report_batches_announced AFTER UPDATE ON report_batches FOR EACH ROW
        WHEN (OLD.completed_at IS NULL AND NEW.completed_at IS NOT NULL) EXECUTE FUNCTION announce_batch();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER report_batches_announced ON report_batches;
      DROP FUNCTION announce_batch();
      DROP INDEX reports_open_in_batch, report_batches_open;
      ALTER TABLE report_batches DROP COLUMN completed_at;`);
  }
}
