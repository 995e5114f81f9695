import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { queryOnce } from '../../src/embedded/postgres-server';
import { isDatabaseUnavailable } from '../../src/platform/database/database-errors';
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

describe('a connection to Postgres that is lost while nobody listens to it', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('ends nothing but the next query', async () => {
    const pool = new Pool({ connectionString: database.url, max: 1, Client: ImpatientClient });
    try {
      // Handed out: from here on the pool does not listen any more, and we do not yet.
      const client = await pool.connect();
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const ended = new Promise<void>((resolve) => client.once('end', resolve));
      await queryOnce(database.url, `SELECT pg_terminate_backend(${rows[0]!.pid})`);
      await ended;
      const lost: unknown = await client.query('SELECT 1').catch((error: unknown) => error);
      expect(isDatabaseUnavailable(lost)).toBe(true);
      client.release(true);
      expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
    }
  });
});
