/** Makes the tables: the engine's, as they come with it, and one of the service's own. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';

const ENGINE = new URL('../../src/idempotency/prisma/schema.sql', import.meta.url);

const OWN = `CREATE TABLE purchase (
  purchase_id text PRIMARY KEY,
  customer    text NOT NULL,
  sku         text NOT NULL,
  status      text NOT NULL,
  charge_id   text
)`;

const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await client.query(await readFile(ENGINE, 'utf8'));
await client.query(OWN);
await client.end();
