import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NO_FILTER, openMigrateEngine, SCHEMA_PATH } from './migrate-engine.ts';

/**
 * The SQL that would turn the database into what `schema.prisma` says; empty when they agree.
 *
 * Migrations are written by hand (Prisma knows no partitions, functions or checks), so nothing but this
 * keeps the models that the code is typed by equal to the tables that the migrations make. It sees
 * tables, columns, keys and indexes, the partial ones too; checks and functions lie outside Prisma's
 * language and are neither seen nor dropped.
 */
export async function drift(databaseUrl: string): Promise<string> {
  await using opened = await openMigrateEngine(databaseUrl);
  const files = [{ path: SCHEMA_PATH, content: await readFile(SCHEMA_PATH, 'utf8') }];
  const difference = await opened.engine.diff({
    from: { tag: 'schemaDatasource', files, configDir: dirname(SCHEMA_PATH) },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    filters: NO_FILTER,
  });
  return difference.exitCode === 0 ? '' : (difference.stdout ?? 'The schemas differ.');
}
