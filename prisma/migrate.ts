/** Brings the database at DATABASE_URL up to `prisma/migrations`: what `prisma migrate deploy` does. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { NO_FILTER, openMigrateEngine } from './migrate-engine.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
const LOCKFILE = 'migration_lock.toml';

/**
 * Applies the migrations that the database doesn't have yet, and says which those were.
 *
 * Safe to run on several nodes at once: the engine holds an advisory lock meanwhile. A migration that
 * fails is rolled back whole, is noted in `_prisma_migrations`, and is refused until it is resolved there.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  await using opened = await openMigrateEngine(databaseUrl);
  const { appliedMigrationNames } = await opened.engine.applyMigrations({
    migrationsList: await readMigrations(),
    filters: NO_FILTER,
  });
  return appliedMigrationNames;
}

async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  // Their names begin with their time, and that is the order in which they apply.
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: MIGRATIONS,
    lockfile: { path: LOCKFILE, content: await readFile(join(MIGRATIONS, LOCKFILE), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.toSorted().map(readMigration)),
  };
}

async function readMigration(name: string) {
  const path = 'migration.sql';
  const sql = await readFile(join(MIGRATIONS, name, path), 'utf8');
  return { path: name, migrationFile: { path, content: { tag: 'ok' as const, value: sql } } };
}

if (import.meta.main) {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) {
    process.stderr.write('Set DATABASE_URL to the database that shall be migrated.\n');
    process.exit(2);
  }
  const applied = await migrate(databaseUrl);
  process.stdout.write(
    applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`,
  );
  // The engine leaves the timer of its 10 s wait for the lock running, which would keep this alive.
  process.exit(0);
}
