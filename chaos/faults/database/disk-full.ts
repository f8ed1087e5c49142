import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Observer } from '../../topology/observer.ts';
import { until } from '../../topology/until.ts';
import type { Fault } from '../fault.ts';

const params = z.strictObject({ table: z.enum(['orders', 'checkout']) });

/** Of the small disk. A table with its few rows to a page fits many times over. */
const SIZE = '24m';
const CHUNK_BYTES = 64 * 1_024;
const DISK_FULL = '53100';
const LOCK_NOT_AVAILABLE = '55P03';
const LOCK_TRY_MS = 200;
const LOCK_LIMIT_MS = 60_000;

/** Outside every data directory: what a harness that was killed leaves mounted stands in nobody's way. */
const MOUNTS = '/run/checkout-that-cant-charge-twice';

/**
 * Whether a small file system can be mounted here. Only root can, on Linux; and nothing else is the same: a
 * limit on temporary files or on the size of a file makes other errors in other places.
 */
export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/**
 * The disk on which a table lies is full. The table is moved to a small file system of its own before the
 * workload, and spread over many pages, so that it grows with every few rows; the log and all else lie where
 * they were, and the server goes on.
 */
export const diskFull: Fault<z.infer<typeof params>> = {
  name: 'disk-full',
  family: 'database',
  label: 'disk full',
  params,
  targets: () => (canMount() ? ['postgres'] : []),
  draw: (random) => ({ table: random.pick(['orders', 'checkout'] as const) }),
  describe: ({ table }) => `the disk of ${table} is full`,
  evidence: () => 'disk-was-full',
  async arm({ database, process: processOf }, { id, params: { table } }) {
    unmountLeftovers();
    const { space, path } = diskOf(id);
    mount(path, ownerOf(processOf('postgres').pids()[0]));
    await using observer = await Observer.connect({ adminUrl: database.adminUrl, name: 'disk' });
    await observer.run(`CREATE TABLESPACE ${space} LOCATION '${path}'`);
    await observer.run(`ALTER TABLE ${table} SET (fillfactor = 10)`);
    await observer.run(`ALTER TABLE ${table} SET TABLESPACE ${space}`);
    return async () => {
      rmSync(join(path, FILLER), { force: true });
      const settings = `-c lock_timeout=${LOCK_TRY_MS}`;
      await using mover = await Observer.connect({ adminUrl: database.adminUrl, name: 'disk', settings });
      await whenNobodyHasIt(mover, `ALTER TABLE ${table} SET TABLESPACE pg_default`);
      await whenNobodyHasIt(mover, `ALTER TABLE ${table} RESET (fillfactor)`);
      await mover.run(`DROP TABLESPACE ${space}`);
      unmount(path);
    };
  },
  async inject({ database }, { id }) {
    const { space, path } = diskOf(id);
    const filler = join(path, FILLER);
    fill(filler);
    return {
      async felt() {
        await using observer = await Observer.connect({ adminUrl: database.adminUrl, name: 'disk' });
        try {
          await observer.run(
            `BEGIN; CREATE TABLE chaos_probe TABLESPACE ${space} AS SELECT repeat('x', 500) FROM generate_series(1, 1000); ROLLBACK`,
          );
          return false;
        } catch (error) {
          await observer.run('ROLLBACK');
          return (error as { code?: unknown }).code === DISK_FULL;
        }
      },
      heal: () => Promise.resolve(rmSync(filler, { force: true })),
    };
  },
};

const FILLER = 'filler';

/**
 * A table is locked whole to be moved, and whoever wants it meanwhile waits behind who waits for that: so each
 * try is short. Another fault may keep a transaction open for as long as faults last.
 */
async function whenNobodyHasIt(observer: Observer, sql: string): Promise<void> {
  const run = async () => {
    try {
      await observer.run(sql);
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
      throw error;
    }
  };
  await until(run, {
    what: `nobody to have what '${sql}' locks`,
    limitMs: LOCK_LIMIT_MS,
    pauseMs: LOCK_TRY_MS,
  });
}

/** Made before the workload, filled at its moment: both know it by the fault's id. */
function diskOf(id: string): { path: string; space: string } {
  return { path: join(MOUNTS, `${process.pid}-${id}`), space: `chaos_${id.replaceAll(/\W/g, '_')}` };
}

/** Postgres wants the directory of a tablespace to be its own. */
function ownerOf(pid: number | undefined): { uid: number; gid: number } {
  if (pid === undefined) throw new Error('Postgres doesn’t run.');
  const { uid, gid } = statSync(`/proc/${pid}`);
  return { uid, gid };
}

function mount(path: string, { uid, gid }: { uid: number; gid: number }): void {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0700,uid=${uid},gid=${gid}`, 'tmpfs', path]);
}

function unmount(path: string): void {
  execFileSync('umount', [path]);
  rmdirSync(path);
}

/** Of harnesses that have died: nobody else knows of their mounts. */
function unmountLeftovers(): void {
  mkdirSync(MOUNTS, { recursive: true });
  for (const name of readdirSync(MOUNTS)) {
    const [pid] = name.split('-');
    if (statSync(`/proc/${pid}`, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      unmount(join(MOUNTS, name));
    } catch {
      // Still in use by a database that nobody has ended yet.
    }
  }
}

/** To the last byte: what is left would be room for a page or two. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = CHUNK_BYTES; size > 0;) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}
