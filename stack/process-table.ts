import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * A process, for good: pids are used again, a pid with its start time isn't. Whatever kills by a number
 * that was written down earlier must compare both, or it may end a stranger.
 */
export interface ProcessIdentity {
  pid: number;
  /** As the system tells it, only to be compared: clock ticks since boot on Linux, a date elsewhere. */
  startedAt: string;
}

export interface ProcessRow extends ProcessIdentity {
  parent: number;
  group: number;
  /** One letter: `T` stopped, `Z` ended but not yet collected by its parent, anything else alive. */
  state: string;
}

/** Every process of the machine that is not already dead. */
export function readProcessTable(): ProcessRow[] {
  const rows = process.platform === 'linux' ? readProc() : readPs();
  return rows.filter((row) => row.state !== 'Z' && row.state !== 'X');
}

export function identify(pid: number): ProcessIdentity | null {
  const row =
    process.platform === 'linux' ? readStat(pid) : readProcessTable().find((each) => each.pid === pid);
  return row && row.state !== 'Z' ? { pid, startedAt: row.startedAt } : null;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The directory in which a process works; null where it is gone, or another user's, or not told here. */
export function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function readProc(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readStat(Number(entry)) ?? []);
}

/** @see proc_pid_stat(5) */
function readStat(pid: number): ProcessRow | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const startedAt = fields[19];
  if (!state || !parent || !group || !startedAt) return null;
  return { pid, parent: Number(parent), group: Number(group), state, startedAt };
}

function readPs(): ProcessRow[] {
  const listing = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
  return listing.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, startedAt] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(.+?)\s*$/.exec(line) ?? [];
    if (!pid || !state || !startedAt) return [];
    return { pid: Number(pid), parent: Number(parent), group: Number(group), state, startedAt };
  });
}
