import { spawn, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lock } from './lock.ts';
import { clusterMembers } from './postgres-home.ts';
import type { ProcessIdentity } from './process-table.ts';
import { endTree, treeOf } from './process-tree.ts';

/** How long a guardian may need to end what its launcher left. */
const TAKE_OVER_LIMIT_MS = 15_000;

/**
 * The directory in which one launcher keeps what it runs: logs, data, and who its processes are.
 *
 *     dataDir/
 *       lock                held by the launcher, or by the guardian that cleans up after it
 *       processes/*.json    pid and start time of each process that was started
 *       logs/*.log          what each process printed
 *       postgres/, sandbox/ their data
 *
 * Exactly one launcher works in it at a time. Nothing that a launcher started outlives it for long: its
 * guardian notices its death and ends the rest, and if that one was killed as well, whoever opens the
 * directory next does.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: Lock;
  readonly #guardian: ChildProcess;

  private constructor(path: string, lock: Lock) {
    this.path = path;
    this.#lock = lock;
    this.#guardian = startGuardian(path);
  }

  /** Waits `patience_ms` for a launcher that is there already, or for the guardian of one that has died. */
  static async open(directory: string, patience_ms = TAKE_OVER_LIMIT_MS): Promise<DataDirectory> {
    mkdirSync(directory, { recursive: true });
    // One name for one directory, however it's written.
    const path = realpathSync(directory);
    const lock = await Lock.take(lockPath(path), patience_ms);
    if (!lock)
      throw new Error(`Another launcher is at work in ${path}. Stop that one, or use another directory.`);
    await endLeftovers(path);
    for (const name of ['logs', 'processes']) mkdirSync(join(path, name), { recursive: true });
    return new DataDirectory(path, lock);
  }

  /** Call it last, when all processes have been stopped. */
  close(): void {
    this.#guardian.kill('SIGKILL');
    this.#lock[Symbol.dispose]();
  }

  logPath(name: string): string {
    return join(this.path, 'logs', `${name}.log`);
  }

  /** A directory of its own for one process's data. */
  makeDirectory(name: string): string {
    const directory = join(this.path, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /** Writes down a process that was started, before anything can go wrong with it. */
  record(name: string, identity: ProcessIdentity): void {
    const path = recordPath(this.path, name);
    // Whole or not at all: a launcher that dies in the middle must not leave half a record.
    writeFileSync(`${path}.new`, JSON.stringify(identity));
    renameSync(`${path}.new`, path);
  }

  forget(name: string): void {
    rmSync(recordPath(this.path, name), { force: true });
  }
}

/** Ends whatever a dead launcher's processes are still running in this directory. Its lock must be held. */
export async function endLeftovers(path: string): Promise<void> {
  const directory = join(path, 'processes');
  mkdirSync(directory, { recursive: true });
  for (const entry of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const identity = JSON.parse(readFileSync(join(directory, entry), 'utf8')) as ProcessIdentity;
    await endTree(treeOf(identity));
    rmSync(join(directory, entry));
  }
  // A dead postmaster's backends are in groups of their own and nobody's children.
  await endTree(clusterMembers(path));
}

/** Null when another launcher, or its guardian, works there. */
export function tryLockDirectory(path: string): Lock | null {
  return Lock.tryTake(lockPath(path));
}

const lockPath = (path: string): string => join(path, 'lock');
const recordPath = (path: string, name: string): string => join(path, 'processes', `${name}.json`);

/** @see guardian.ts */
function startGuardian(path: string): ChildProcess {
  const program = fileURLToPath(new URL('./guardian.ts', import.meta.url));
  const log = openSync(join(path, 'logs', 'guardian.log'), 'a');
  const guardian = spawn(process.execPath, [program, path], {
    // A group of its own, so that Ctrl-C and a kill of the launcher's group don't reach it; a directory
    // of its own, so that it keeps none from being removed.
    detached: true,
    cwd: '/',
    stdio: ['pipe', log, log],
    env: { NODE_ENV: 'production' },
  });
  guardian.unref();
  (guardian.stdin as Socket).unref();
  return guardian;
}
