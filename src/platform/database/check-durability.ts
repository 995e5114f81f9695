import { Client } from 'pg';
import { ConfigError } from '../config/config';
import type { Config } from '../config/config';

/** What must hold so that a commit is still there after the server has lost its power. */
const needed = {
  fsync: (value: string) => value === 'on',
  full_page_writes: (value: string) => value === 'on',
  synchronous_commit: (value: string) => value !== 'off',
};

/**
 * Refuses a Postgres that answers before what it was told is on its disk: reports that were accepted could be gone.
 *
 * @throws ConfigError that says what is off, and how to mend it
 */
export async function checkDurability({ databaseUrl, allowDataLoss }: Config): Promise<void> {
  if (allowDataLoss === 'true') return;
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined); // rejects the query, too
  await client.connect();
  try {
    const { rows } = await client.query<{ name: keyof typeof needed; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
      [Object.keys(needed)],
    );
    const unsafe = rows.filter(({ name, setting }) => !needed[name](setting));
    if (unsafe.length === 0) return;
    const found = unsafe.map(({ name, setting }) => `${name} = ${setting}`).join(', ');
    throw new ConfigError([
      `DATABASE_URL names a Postgres that may forget what it has committed (${found}), and so reports that were ` +
        'accepted. Turn that on in its configuration, or set PRESSROOM_ALLOW_DATA_LOSS=true where it does not matter',
    ]);
  } finally {
    await client.end();
  }
}
