import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, readProcessTable, type ProcessIdentity, type ProcessRow } from './process-table.ts';

/**
 * The processes that one program consists of, as they are now. A function, because the answer changes
 * under one's hands: a server forks while it is being counted.
 */
export type Members = () => ProcessRow[];

/** How long stopping or killing may take; a process that is stuck in the kernel may take for ever. */
const SIGNAL_LIMIT_MS = 10_000;
const POLL_MS = 3;

/** A program that was started as leader of its own group: its descendants, and all of its group. */
export function treeOf(leader: ProcessIdentity): Members {
  return () => {
    const table = readProcessTable();
    const pids = new Set([leader.pid]);
    // Parents need not come before their children in the table: repeat until nothing is added.
    for (let size = 0; size !== pids.size;) {
      size = pids.size;
      for (const row of table) if (pids.has(row.parent) || row.group === leader.pid) pids.add(row.pid);
    }
    // A leader that is gone and whose pid another process has by now: none of that one's tree is ours.
    const taken = table.some((row) => row.pid === leader.pid && row.startedAt !== leader.startedAt);
    return taken ? [] : table.filter((row) => pids.has(row.pid));
  };
}

/** Stops (SIGSTOP) every member, and resolves when the system shows each of them as stopped. */
export async function freeze(members: Members): Promise<void> {
  const limit = Date.now() + SIGNAL_LIMIT_MS;
  // Twice in a row: a member that was still running while the table was read may have forked another
  // one behind the reader's back. If all were stopped before the reading began, none could.
  let quiet = 0;
  while (quiet < 2) {
    const rows = members();
    const running = rows.filter((row) => row.state !== 'T');
    quiet = running.length === 0 ? quiet + 1 : 0;
    for (const row of running) send('SIGSTOP', row);
    for (const row of vforked(rows)) send('SIGCONT', row);
    if (running.length === 0) continue;
    if (Date.now() > limit) throw new Error(`Still running after SIGSTOP: ${pids(running)}`);
    await sleep(POLL_MS);
  }
}

/**
 * Children that were stopped between `vfork` and `exec`. Until they go on, their parents wait in the
 * kernel (`D`) and can't be stopped, nor fork; one step further on both can.
 */
function vforked(rows: ProcessRow[]): ProcessRow[] {
  const waiting = new Set(rows.filter((row) => row.state === 'D').map((row) => row.pid));
  return rows.filter((row) => row.state === 'T' && waiting.has(row.parent));
}

/** Continues (SIGCONT) every member, and resolves when none of them is stopped. */
export async function thaw(members: Members): Promise<void> {
  const limit = Date.now() + SIGNAL_LIMIT_MS;
  for (;;) {
    const stopped = members().filter((row) => row.state === 'T');
    if (stopped.length === 0) return;
    for (const row of stopped) send('SIGCONT', row);
    if (Date.now() > limit) throw new Error(`Still stopped after SIGCONT: ${pids(stopped)}`);
    await sleep(POLL_MS);
  }
}

/**
 * Kills (SIGKILL) every member, and resolves when all are gone.
 *
 * They are frozen first, so that the set is complete: killed one after the other, a parent's death would
 * make its remaining children nobody's, and they couldn't be found by parentage any more.
 */
export async function endTree(members: Members): Promise<void> {
  await freeze(members).catch(() => undefined);
  const known = new Map<number, ProcessRow>();
  const limit = Date.now() + SIGNAL_LIMIT_MS;
  for (;;) {
    for (const row of members()) known.set(row.pid, row);
    const alive = [...known.values()].filter(isAlive);
    if (alive.length === 0) return;
    for (const row of alive) send('SIGKILL', row);
    if (Date.now() > limit) throw new Error(`Still there after SIGKILL: ${pids(alive)}`);
    await sleep(POLL_MS);
  }
}

function send(signal: NodeJS.Signals, { pid }: ProcessIdentity): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime, which is what most callers want anyway.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const pids = (rows: ProcessRow[]): string => rows.map((row) => row.pid).join(', ');
