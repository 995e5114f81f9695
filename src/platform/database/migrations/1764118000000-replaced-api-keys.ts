import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key that took the place of a rotated one. */
export class ReplacedApiKeys1764118000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE api_keys ADD COLUMN replaced_by text CONSTRAINT api_keys_replaced_by_fkey REFERENCES api_keys',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_keys DROP COLUMN replaced_by');
  }
}
