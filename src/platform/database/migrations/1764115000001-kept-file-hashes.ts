import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The hash of a file stays with the record when the file itself has gone, so that a copy can still be told from others. */
export class KeptFileHashes1764115000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reports ADD COLUMN file_sha256 bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reports DROP COLUMN file_sha256');
  }
}
