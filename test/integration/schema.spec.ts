import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import { migrate } from '../../src/platform/database/migrate';
import { migrations } from '../../src/platform/database/migrations';
import { useDatabase } from '../support/database';
import type { TestDatabase } from '../support/services';
import { createDatabase } from '../support/services';
import { until } from '../support/until';

/** All that a schema is made of, in words that can be compared. */
const description = `
  SELECT format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) AS item
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
   WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
   ORDER BY item`;

describe('the schema', () => {
  const database = useDatabase();
  let empty: TestDatabase;
  beforeAll(async () => {
    empty = await createDatabase();
    const dataSource = await connect(empty.url);
    await dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await dataSource.destroy();
  });
  afterAll(() => empty.drop());

  function connect(url: string): Promise<DataSource> {
    return new DataSource({ type: 'postgres', url, migrations }).initialize();
  }

  it('is what the entities say', async () => {
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('is made once by three processes that start at once', async () => {
    const executed = await Promise.all([migrate(empty.url), migrate(empty.url), migrate(empty.url)]);
    expect(executed.flat()).toEqual(migrations.map(({ name }) => name));
    const dataSource = await connect(empty.url);
    expect(await dataSource.query(description)).toEqual(await database.query(description));
    await dataSource.destroy();
  });

  it('gets an index beside the service in use, from one of three processes', async () => {
    class Indexed1999999999999 implements MigrationInterface {
      readonly transaction = false;

      async up(runner: QueryRunner): Promise<void> {
        await runner.query('DROP INDEX CONCURRENTLY IF EXISTS reports_by_locale'); // what a try that was cut off left
        await runner.query('CREATE INDEX CONCURRENTLY reports_by_locale ON reports (locale)');
      }

      async down(runner: QueryRunner): Promise<void> {
        await runner.query('DROP INDEX reports_by_locale');
      }
    }
    const dataSource = await connect(empty.url);
    const user = dataSource.createQueryRunner();
    await user.startTransaction();
    await user.query('LOCK TABLE reports IN ROW EXCLUSIVE MODE');
    const steps = [...migrations, Indexed1999999999999];
    const migrated = Promise.all([1, 2, 3].map(() => migrate(empty.url, steps)));
    const invalid = `SELECT FROM pg_index WHERE indexrelid = to_regclass('reports_by_locale') AND NOT indisvalid`;
    await until('the index is begun', async () => ((await user.query(invalid)) as unknown[]).length > 0 || undefined);
    await user.rollbackTransaction();
    await user.release();
    expect((await migrated).flat()).toEqual([Indexed1999999999999.name]);
    expect(await dataSource.query(invalid)).toEqual([]);
    expect(await dataSource.query(description)).toEqual(
      expect.arrayContaining([{ item: expect.stringContaining('reports_by_locale') as string }]),
    );
    await dataSource.query(`DROP INDEX reports_by_locale; DELETE FROM migrations WHERE name LIKE 'Indexed%'`);
    await dataSource.destroy();
  });

  it('is brought up to date although a long query holds a table for a while', async () => {
    const dataSource = await connect(empty.url);
    while ((await dataSource.query<unknown[]>(`SELECT FROM migrations`)).length > 1)
      await dataSource.undoLastMigration();
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query('LOCK TABLE reports IN ACCESS SHARE MODE');
    const migrated = migrate(empty.url);
    const gaveWay = async () =>
      (
        await dataSource.query<unknown[]>(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = 'ROLLBACK' AND pid <> pg_backend_pid()`,
        )
      ).length > 0
        ? true
        : undefined;
    await until('a migration has given way', gaveWay);
    await reader.rollbackTransaction();
    await reader.release();
    expect(await migrated).toEqual(migrations.slice(1).map(({ name }) => name));
    expect(await dataSource.query(description)).toEqual(await database.query(description));
    await dataSource.destroy();
  });

  it('can be taken down to nothing and put up again', async () => {
    const before = await database.query<unknown[]>(description);
    expect(before.length).toBeGreaterThan(100);
    for (let index = 0; index < migrations.length; index++) await database.undoLastMigration();
    const left = await database.query<{ item: string }[]>(description);
    expect(left.filter(({ item }) => !/migrations/.test(item))).toEqual([]);
    await database.runMigrations();
    expect(await database.query(description)).toEqual(before);
  });
});
