import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { runProgram } from './command.ts';
import { contentHash } from './content-hash.ts';
import type { DataDirectory } from './data-directory.ts';
import { ensureGenerated } from './generated-client.ts';
import type { Progress } from './progress.ts';

/**
 * What a migrated and seeded database depends on. The day is part of it: the migration makes partitions
 * for the days around the one on which it runs.
 */
export function schemaKey(): string {
  return contentHash(['prisma'], new Date().toISOString().slice(0, 10));
}

/** Applies the migrations, as a program of its own: what a deployment runs is what is tried here. */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  await runProgram('prisma/migrate.ts', { DATABASE_URL: databaseUrl });
}

/** Puts the seed data in; what is already there is left alone. */
export async function seedDatabase(databaseUrl: string): Promise<void> {
  await ensureGenerated();
  await runProgram('prisma/seed.ts', { DATABASE_URL: databaseUrl });
}

/** Notes that a data directory's database is a copy of today's seeded template. */
export function noteSchema(directory: DataDirectory): void {
  writeFileSync(notePath(directory), schemaKey());
}

/** Brings the database that a data directory was left with up to this day and this version of the shop. */
export async function bringUpToDate(directory: DataDirectory, appUrl: string, say: Progress): Promise<void> {
  const note = notePath(directory);
  if (existsSync(note) && readFileSync(note, 'utf8') === schemaKey()) return;
  say('bringing the database up to date');
  await migrateDatabase(appUrl);
  await seedDatabase(appUrl);
  await makePartitions(appUrl);
  noteSchema(directory);
}

/** A worker makes them days ahead, but none may have run for days. */
async function makePartitions(appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    await client.query(
      `SELECT idempotency_make_partitions(today - 4, today + 7) FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS t`,
    );
  } finally {
    await client.end();
  }
}

const notePath = (directory: DataDirectory): string => join(directory.path, 'schema');
