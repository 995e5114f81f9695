import { DataSource } from 'typeorm';
import { ImpatientClient } from '../../src/platform/database/impatient-client';
import type { TestDatabase } from '../support/services';
import { createDatabase } from '../support/services';
import { useSwitch } from '../support/switch';

describe('a connection to Postgres that says nothing any more', () => {
  const way = useSwitch();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    await way.turnOn();
  });
  afterAll(() => database.drop());

  it('is given up after the first query that it did not answer, and replaced', async () => {
    const extra = { max: 1, query_timeout: 1_000, connectionTimeoutMillis: 5_000, Client: ImpatientClient };
    const dataSource = new DataSource({
      type: 'postgres',
      url: way.to(database.url),
      extra,
      poolErrorHandler: () => undefined,
    });
    await dataSource.initialize();
    try {
      way.freeze();
      await expect(dataSource.query('SELECT 1')).rejects.toThrow('Query read timeout');
      way.thaw();
      expect(await dataSource.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    } finally {
      await dataSource.destroy();
    }
  });
});
