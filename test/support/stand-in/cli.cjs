/** Stands in for the CLI: `migrate` leaves a table behind, `keys create` prints a key. */
const { Client } = require('pg');

async function main() {
  if (process.argv[2] === 'keys') return console.log('rpk_stand_in');
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT now())');
  await client.query('INSERT INTO runs DEFAULT VALUES');
  await client.end();
}

void main();
