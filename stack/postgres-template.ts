import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { DataDirectory } from './data-directory.ts';
import { migrateDatabase, schemaKey, seedDatabase } from './database-schema.ts';
import { freePort, returnPorts } from './ports.ts';
import { APP_ROLE, DATABASE, SUPERUSER } from './postgres-address.ts';
import {
  findCluster,
  makeCluster,
  POSTGRES_VERSION,
  postgresHome,
  removeCluster,
  renameUnlessThere,
} from './postgres-home.ts';
import { Postgres } from './postgres.ts';
import type { Progress } from './progress.ts';

/**
 * A cluster to copy. Making one takes seconds (initdb, migrations, seed data), copying it a tenth of
 * one: so every stack, every test run and every scenario of the harness begins as a copy.
 *
 * - `empty`: the role `app` and its empty database `shop`.
 * - `seeded`: that database migrated and with its seed data.
 */
export type TemplateKind = 'empty' | 'seeded';

/** The same text order and character set on every machine, whatever locales it has. */
const INITDB_ARGS = [
  `--username=${SUPERUSER}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  // Its own pg_hba.conf replaces this.
  '--auth=trust',
  '--no-instructions',
  '--no-sync',
];

const PG_HBA = `
host all         all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

const BOOTSTRAP_SQL = `
ALTER ROLE ${SUPERUSER} PASSWORD '${SUPERUSER}';
CREATE ROLE ${APP_ROLE} LOGIN PASSWORD '${APP_ROLE}';
CREATE DATABASE ${DATABASE} OWNER ${APP_ROLE};
`;

/** A template that nobody has copied for this long is removed. */
const UNUSED_LIMIT_DAYS = 3;

/** Gives a data directory its cluster, unless it has one; tells whether it did. */
export async function installCluster(
  directory: DataDirectory,
  kind: TemplateKind,
  say: Progress,
): Promise<boolean> {
  if (findCluster(directory.path)) return false;
  const template = await findOrMakeTemplate(kind, say);
  await makeCluster(directory.path, (path) => copyDirectory(template, path));
  return true;
}

async function findOrMakeTemplate(kind: TemplateKind, say: Progress): Promise<string> {
  const template = templatePath(kind);
  if (!existsSync(template)) {
    say(
      kind === 'empty' ? 'making an empty Postgres cluster, once' : 'migrating and seeding a database, once',
    );
    await (kind === 'empty' ? makeEmpty(template) : makeSeeded(template, say));
    removeUnused();
  }
  utimesSync(template, new Date(), new Date());
  return template;
}

function templatePath(kind: TemplateKind): string {
  const base = [POSTGRES_VERSION, ...INITDB_ARGS, PG_HBA, BOOTSTRAP_SQL];
  const inputs = kind === 'empty' ? base : [...base, schemaKey()];
  const key = createHash('sha256').update(inputs.join('\0')).digest('hex').slice(0, 16);
  return join(postgresHome().templates, `${kind}-${key}`);
}

async function makeEmpty(template: string): Promise<void> {
  const { programs, user } = postgresHome();
  const made = unfinished(template);
  const bin = join(programs, 'bin');
  const env = { ...process.env, LC_ALL: 'C' };
  await runCommand(join(bin, 'initdb'), [...INITDB_ARGS, made], { cwd: '/', env, user });
  writeFileSync(join(made, 'pg_hba.conf'), PG_HBA);
  // Single-user mode: no port, no password, and done when the input ends. One statement a line.
  const single = ['--single', '-D', made, '-c', 'exit_on_error=true', 'postgres'];
  await runCommand(join(bin, 'postgres'), single, { cwd: '/', env, user, input: BOOTSTRAP_SQL });
  renameUnlessThere(made, template);
}

async function makeSeeded(template: string, say: Progress): Promise<void> {
  const workplace = mkdtempSync(join(tmpdir(), 'checkout-template-'));
  const directory = await DataDirectory.open(workplace);
  const port = await freePort();
  try {
    await installCluster(directory, 'empty', say);
    const postgres = new Postgres(directory, { port });
    await postgres.start();
    try {
      await migrateDatabase(postgres.appUrl);
      await seedDatabase(postgres.appUrl);
    } finally {
      // In order, so that the copy needs no recovery.
      await postgres.stop();
    }
    const cluster = findCluster(directory.path);
    if (!cluster) throw new Error(`The cluster in ${directory.path} has gone.`);
    const made = unfinished(template);
    await copyDirectory(cluster, made);
    renameUnlessThere(made, template);
  } finally {
    directory.close();
    returnPorts([port]);
    removeCluster(directory.path);
    rmSync(workplace, { recursive: true, force: true });
  }
}

/** Beside its place, where a rename finishes it: other launchers may be making the same one. */
const unfinished = (template: string): string => `${template}.${randomUUID()}`;

async function copyDirectory(from: string, to: string): Promise<void> {
  // The copy is made by the user that shall own it, and shares its blocks where the file system can.
  await runCommand('cp', ['-a', from, to], { cwd: '/', user: postgresHome().user });
}

function removeUnused(): void {
  const { templates } = postgresHome();
  const limit = Date.now() - UNUSED_LIMIT_DAYS * 24 * 60 * 60 * 1000;
  for (const entry of readdirSync(templates)) {
    const path = join(templates, entry);
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (usedAt < limit) rmSync(path, { recursive: true, force: true });
  }
}
