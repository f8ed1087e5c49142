import pg from 'pg';
import { migrateDatabase, seedDatabase } from '../database-schema.ts';
import { APP_ROLE, databaseUrl } from '../postgres-address.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test run's Postgres, as superuser. */
    adminUrl: string;
  }
}

/** The databases that each test's own is a copy of. */
export const TEMPLATES = { migrated: 'migrated_template', seeded: 'seeded_template' } as const;

/** Makes them; once a test run. */
export async function makeTemplateDatabases(serverUrl: string): Promise<void> {
  const { migrated, seeded } = TEMPLATES;
  const port = Number(new URL(serverUrl).port);
  await execute(serverUrl, `CREATE DATABASE ${migrated} OWNER ${APP_ROLE}`);
  await migrateDatabase(databaseUrl(APP_ROLE, port, migrated));
  await execute(serverUrl, `CREATE DATABASE ${seeded} OWNER ${APP_ROLE} TEMPLATE ${migrated}`);
  await seedDatabase(databaseUrl(APP_ROLE, port, seeded));
}

/** Runs one statement on a connection of its own. */
export async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  // A server that a test kills shouldn't end the test run by an unhandled event.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
