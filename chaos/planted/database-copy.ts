import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Backends of processes that were just killed need a moment to notice. */
const TEMPLATE_BUSY_LIMIT_MS = 10_000;
const OBJECT_IN_USE = '55006';

/** A copy of a whole database in which everything may be done. */
export interface DatabaseCopy extends AsyncDisposable {
  adminUrl: string;
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * Copies a database that nobody is connected to any more, and takes its guards off: a violation that
 * the schema forbids is exactly one that a checker must know to find.
 */
export async function copyDatabase(adminUrl: string): Promise<DatabaseCopy> {
  const source = decodeURIComponent(new URL(adminUrl).pathname.slice(1));
  const name = `planted_${randomBytes(6).toString('hex')}`;
  const maintenanceUrl = withDatabase(adminUrl, 'postgres');
  await createFrom(maintenanceUrl, name, source);

  const copyUrl = withDatabase(adminUrl, name);
  const drop = () => once(maintenanceUrl, `DROP DATABASE ${quote(name)} WITH (FORCE)`);
  try {
    await once(copyUrl, TAKE_GUARDS_OFF);
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    adminUrl: copyUrl,
    query: (sql, values) => once(copyUrl, sql, values),
    [Symbol.asyncDispose]: async () => void (await drop()),
  };
}

/** CREATE DATABASE refuses while anybody is connected to the template. */
async function createFrom(maintenanceUrl: string, name: string, source: string): Promise<void> {
  const deadline = performance.now() + TEMPLATE_BUSY_LIMIT_MS;
  for (;;) {
    try {
      await once(maintenanceUrl, `CREATE DATABASE ${quote(name)} TEMPLATE ${quote(source)}`);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== OBJECT_IN_USE) throw error;
      if (performance.now() > deadline) {
        throw new Error(`${source} can't be copied: somebody is still connected to it`, { cause: error });
      }
      await sleep(100);
    }
  }
}

/**
 * Checks, foreign keys and unique indexes go; primary keys may stay, a planting can make new ids.
 * Triggers are silenced for each session instead (see `once`).
 */
const TAKE_GUARDS_OFF = `
  DO $$
  DECLARE guard record;
  BEGIN
    FOR guard IN
      SELECT conrelid::regclass AS of_table, conname
        FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f') AND conislocal
    LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.of_table, guard.conname);
    END LOOP;
    FOR guard IN
      SELECT indexrelid::regclass AS of_index
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary AND NOT relispartition
    LOOP
      EXECUTE format('DROP INDEX %s', guard.of_index);
    END LOOP;
  END $$`;

async function once(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'chaos/planted',
    // The shop's and the harness's own triggers would judge, or wait for a lock, where nobody holds it.
    options: '-c session_replication_role=replica',
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function quote(name: string): string {
  return pg.escapeIdentifier(name);
}
