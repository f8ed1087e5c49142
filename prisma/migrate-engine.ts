import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Postgres' internal one-byte type `"char"`: catalogue columns have it, and the adapter doesn't know it. */
const CHAR_OID = 18;
const TEXT_OID = 25;

export const SCHEMA_PATH = fileURLToPath(new URL('./schema.prisma', import.meta.url));

/** No table and no enum is managed elsewhere. */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

/**
 * Prisma's own schema engine, as WebAssembly and on the same driver as the shop.
 *
 * The command line downloads a native engine from a host of its own when it first migrates; a CI or a
 * container that only reaches a package registry can't. This is the same engine from npm, so
 * `_prisma_migrations` is filled as `prisma migrate deploy` fills it, and both can be used.
 */
export async function openMigrateEngine(
  databaseUrl: string,
): Promise<AsyncDisposable & { engine: SchemaEngine }> {
  await instantiate();
  const pool = new CatalogPool({ connectionString: databaseUrl, max: 2, application_name: 'migrate' });
  const schema = await readFile(SCHEMA_PATH, 'utf8');
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [[SCHEMA_PATH, schema]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(repairedFactory(pool)),
  );
  return {
    engine,
    async [Symbol.asyncDispose]() {
      engine.free();
      await pool.end();
    },
  };
}

let instantiated: Promise<void> | undefined;

/** The package's entry point imports its `.wasm` as a module, which Node can't do yet: done by hand here. */
function instantiate(): Promise<void> {
  return (instantiated ??= (async () => {
    // The engine hands a panic's text over through this global before it traps.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: {
        set_message: (text: string) => process.stderr.write(`schema engine: ${text}\n`),
      },
    });
    const packageDirectory = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const wasm = await readFile(join(packageDirectory, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...bindings } });
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
  })());
}

function repairedFactory(pool: CatalogPool): SqlMigrationAwareDriverAdapterFactory {
  const inner = new PrismaPg(pool);
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    connect: async () => repaired(await inner.connect(), pool),
    connectToShadowDb: async () => repaired(await inner.connectToShadowDb(), pool),
  };
}

/** Two things that the adapter does wrong for the schema engine, put right. */
function repaired(adapter: SqlDriverAdapter, pool: CatalogPool): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  return Object.assign(adapter, {
    // The adapter cuts a script at every `;`, those in comments and in function bodies too. Sent as one
    // simple query, Postgres itself parses it, and runs it in one transaction.
    async executeScript(script: string) {
      await pool.query(script);
    },
    // Describing a database reads `"char"` columns, on which the adapter throws.
    async queryRaw(query: SqlQuery) {
      const charColumns = new Set<number>();
      const result = await pool.noteCharColumns(charColumns, () => queryRaw(query));
      for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    },
  });
}

/**
 * A pool that says `text` where Postgres said `"char"` (on the wire they are the same), and notes where:
 * the adapter then reads the column, and the engine can be told what it really was.
 */
class CatalogPool extends pg.Pool {
  readonly #noted = new AsyncLocalStorage<Set<number>>();

  noteCharColumns<T>(into: Set<number>, body: () => Promise<T>): Promise<T> {
    return this.#noted.run(into, body);
  }

  override query = (async (config: pg.QueryArrayConfig) => {
    const result = await pg.Pool.prototype.query.call<
      pg.Pool,
      [pg.QueryArrayConfig],
      Promise<pg.QueryArrayResult>
    >(this, config);
    // A script of several statements answers with a list of results, none of which is read.
    result.fields?.forEach((field, index) => {
      if (field.dataTypeID !== CHAR_OID) return;
      field.dataTypeID = TEXT_OID;
      this.#noted.getStore()?.add(index);
    });
    return result;
  }) as pg.Pool['query'];
}
