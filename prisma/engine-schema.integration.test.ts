import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../stack/testing/database.ts';

/**
 * What the catalogue says of everything whose name begins as the engine's do. Not of the partitions: they
 * follow from the function that makes them, and which there are depends on the day.
 */
const CATALOGUE = String.raw`
  SELECT 'relation' AS kind, c.relname AS name,
    jsonb_build_object('kind', c.relkind, 'persistence', c.relpersistence, 'rights', c.relacl::text,
      'partitioned', pg_get_partkeydef(c.oid),
      'index', CASE WHEN c.relkind IN ('i', 'I') THEN pg_get_indexdef(c.oid) END,
      'columns', (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
          pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS definition
  FROM pg_class c WHERE c.relname LIKE 'idempotency%' AND c.relname !~ '_\d{8}'
  UNION ALL
  SELECT 'constraint', conname || ' of ' || conrelid::regclass, to_jsonb(pg_get_constraintdef(oid))
  FROM pg_constraint WHERE conrelid::regclass::text LIKE 'idempotency%' AND conrelid::regclass::text !~ '_\d{8}'
  UNION ALL
  SELECT 'trigger', tgname || ' of ' || tgrelid::regclass, to_jsonb(pg_get_triggerdef(oid))
  FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'idempotency%' AND NOT tgisinternal AND tgrelid::regclass::text !~ '_\d{8}'
  UNION ALL
  SELECT 'function', proname, to_jsonb(pg_get_functiondef(oid)) FROM pg_proc WHERE proname LIKE 'idempotency%'
  ORDER BY kind, name`;

/**
 * The engine brings its tables along as one file, for whoever takes it elsewhere; the shop's migrations have
 * made the same step by step. Changed in one place only, one of the two would be a schema that no test has
 * seen.
 */
test('the engine’s schema.sql and the migrations come to the same', async () => {
  await using migrated = await createTestDatabase();
  await using lifted = await createTestDatabase('empty');
  const sql = await readFile(new URL('../src/idempotency/prisma/schema.sql', import.meta.url), 'utf8');
  await query(lifted.appUrl, sql);
  const expected = await query(migrated.appUrl, CATALOGUE);
  expect(await query(lifted.appUrl, CATALOGUE)).toEqual(expected);
  expect(new Set(expected.map(({ kind }) => kind))).toEqual(new Set(['constraint', 'function', 'relation']));
});

async function query(connectionString: string, sql: string): Promise<{ kind: string }[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<{ kind: string }>(sql)).rows;
  } finally {
    await client.end();
  }
}
