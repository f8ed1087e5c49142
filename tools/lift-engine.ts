import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** What the tests need beside what they import: a compiler, types, and a client of Prisma's. */
const TOOLS = ['@prisma/client', '@types/node', '@types/pg', 'prisma', 'typescript', 'vitest'];

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2024',
    lib: ['ES2024', 'DOM', 'ESNext.Disposable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['src', 'test/*.ts', 'vitest.config.ts'],
};

const VITEST_CONFIG = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/**/*.test.ts'], globalSetup: ['test/surroundings.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
`;

/** Of no schema at all: the store only sends SQL. */
const PRISMA_SCHEMA = `generator client {
  provider            = "prisma-client"
  output              = "./client"
  runtime             = "nodejs"
  moduleFormat        = "esm"
  importFileExtension = "ts"
}

datasource db {
  provider = "postgresql"
}
`;

const SURROUNDINGS = `import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import '../src/prisma/testing/test-database.ts';

/** TEST_DATABASE_URL is a Postgres server, as a user who may make databases; prisma generate makes the client. */
export default function setUp(project: TestProject): void {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (!serverUrl) throw new Error('TEST_DATABASE_URL is not set');
  project.provide('engineTests', {
    serverUrl,
    clientModule: fileURLToPath(new URL('./client/client.ts', import.meta.url)),
  });
}
`;

/**
 * Copies the idempotency engine out of the project as a package of its own, which is compiled and tested with
 * nothing else of it.
 * @returns the packages that it needs
 */
export function liftEngine(directory: string): string[] {
  const engine = join(REPOSITORY, 'src/idempotency');
  mkdirSync(join(directory, 'test'), { recursive: true });
  cpSync(engine, join(directory, 'src'), { recursive: true });
  const { used, usedByTests } = importedPackages(engine);
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(REPOSITORY, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const versionsOf = (names: Iterable<string>) =>
    Object.fromEntries(
      [...names].toSorted().map((name) => [name, dependencies[name] ?? devDependencies[name]]),
    );
  const needed = versionsOf(used);
  const neededByTests = versionsOf(new Set([...usedByTests, ...TOOLS].filter((name) => !used.has(name))));
  const manifest = {
    name: 'idempotency',
    version: '0.1.0',
    private: true,
    license: 'MIT',
    type: 'module',
    exports: Object.fromEntries(
      ['.', './core', './prisma', './trpc', './testing'].map((door) => [
        door,
        `./${join('src', door, 'index.ts')}`,
      ]),
    ),
    scripts: { generate: 'prisma generate --schema test/schema.prisma', check: 'tsc', test: 'vitest run' },
    dependencies: needed,
    devDependencies: neededByTests,
  };
  write(directory, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  write(directory, 'tsconfig.json', `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  write(directory, 'vitest.config.ts', VITEST_CONFIG);
  write(directory, 'test/schema.prisma', PRISMA_SCHEMA);
  write(directory, 'test/surroundings.ts', SURROUNDINGS);
  return [...Object.keys(needed), ...Object.keys(neededByTests)];
}

/** The packages that a folder imports, by whether only its tests do. */
function importedPackages(folder: string): { used: Set<string>; usedByTests: Set<string> } {
  const used = new Set<string>();
  const usedByTests = new Set<string>();
  for (const path of globSync('**/*.ts', { cwd: folder })) {
    const isTest = /\.test\.ts$|(^|\/)testing\//.test(path);
    for (const [, name = ''] of readFileSync(join(folder, path), 'utf8').matchAll(
      /from '(@[^/']+\/[^/']+|(?!node:)[^.'@/][^/']*)/g,
    ))
      (isTest ? usedByTests : used).add(name);
  }
  return { used, usedByTests };
}

function write(directory: string, path: string, text: string): void {
  writeFileSync(join(directory, path), text);
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined || existsSync(directory)) {
    console.error('usage: node tools/lift-engine.ts <a directory that is not there yet>');
    process.exit(2);
  }
  const packages = liftEngine(directory);
  console.log(`The engine is in ${relative('.', directory) || '.'}; it needs ${packages.join(', ')}.`);
  console.log('npm install && npm run generate && npm run check && TEST_DATABASE_URL=postgres://… npm test');
}
