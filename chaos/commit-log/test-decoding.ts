import type { CommitLogEntry } from '../final-state.ts';

/** One line of `pg_logical_slot_get_changes` with the plugin `test_decoding`. */
export interface DecodedLine {
  lsn: string;
  xid: number;
  data: string;
}

/** One committed transaction that the log told of, whether or not it changed a row. */
export interface Commit {
  xid: number;
  /** Of its COMMIT. */
  lsn: string;
  commitMs: number;
  entries: CommitLogEntry[];
}

/** What test_decoding prints for a value that an UPDATE left where it was, out of line. */
const UNCHANGED = 'unchanged-toast-datum';

/**
 * Puts the lines of the plugin together to commits. Lines come transaction by transaction, in commit
 * order; what a call begins it also ends, since the slot returns whole transactions.
 *
 * ```
 * BEGIN 771
 * table public.orders: INSERT: order_id[text]:'ord_1' status[text]:'pending' settled_at[timestamp(3) with time zone]:null
 * COMMIT 771 (at 2026-11-22 23:00:00.123456+00)
 * ```
 */
export function parseTestDecoding(lines: readonly DecodedLine[]): Commit[] {
  const commits: Commit[] = [];
  let open: { xid: number; changes: Omit<CommitLogEntry, 'commitMs'>[] } | null = null;
  for (const { lsn, xid, data } of lines) {
    if (data.startsWith('BEGIN')) {
      if (open !== null) throw new Error(`transaction ${xid} begins at ${lsn} inside ${open.xid}`);
      open = { xid, changes: [] };
    } else if (open === null) {
      throw new Error(`a change outside any transaction at ${lsn}: ${data}`);
    } else if (data.startsWith('COMMIT')) {
      const commitMs = commitTime(data);
      commits.push({ xid, lsn, commitMs, entries: open.changes.map((change) => ({ ...change, commitMs })) });
      open = null;
    } else if (data.startsWith('table ')) {
      const change = parseChange(data);
      if (change !== null) open.changes.push({ lsn, xid, ...change });
    }
    // Anything else is a logical message, which the harness sends none of.
  }
  if (open !== null) throw new Error(`transaction ${open.xid} has no end`);
  return commits;
}

type Change = Pick<CommitLogEntry, 'table' | 'op' | 'old' | 'new'>;
type Row = Record<string, string | null>;

const OPERATIONS = { INSERT: 'insert', UPDATE: 'update', DELETE: 'delete' } as const;

function parseChange(data: string): Change | null {
  const scanner = new Scanner(data);
  scanner.expect('table ');
  scanner.identifier();
  scanner.expect('.');
  const table = scanner.identifier();
  scanner.expect(': ');
  const word = scanner.until(':');
  scanner.expect(':');
  // Nobody truncates while a shop is open; a truncated table shows in the final read.
  if (word === 'TRUNCATE') return null;
  const op = OPERATIONS[word as keyof typeof OPERATIONS];
  if (op === undefined) throw new Error(`an unknown kind of change: ${data}`);
  if (scanner.take(' (no-tuple-data)')) return { table, op, old: null, new: null };

  let old: Row | null = null;
  if (scanner.take(' old-key:')) {
    old = scanner.columns();
    scanner.expect(' new-tuple:');
  }
  const row = scanner.columns();
  if (!scanner.atEnd()) throw new Error(`not understood after column ${Object.keys(row).at(-1)}: ${data}`);
  return op === 'delete' ? { table, op, old: row, new: null } : { table, op, old, new: row };
}

/** Reads the plugin's text from left to right. Values may hold anything, line feeds and quotes included. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  expect(word: string): void {
    if (!this.take(word)) throw new Error(`'${word}' was expected at ${this.#at} of: ${this.#text}`);
  }

  until(word: string): string {
    const end = this.#text.indexOf(word, this.#at);
    if (end < 0) throw new Error(`'${word}' was expected after ${this.#at} of: ${this.#text}`);
    const found = this.#text.slice(this.#at, end);
    this.#at = end;
    return found;
  }

  identifier(): string {
    if (this.#text[this.#at] === '"') return this.#quoted('"');
    const start = this.#at;
    while (/[A-Za-z0-9_$\u0080-\uffff]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    if (this.#at === start) throw new Error(`a name was expected at ${start} of: ${this.#text}`);
    return this.#text.slice(start, this.#at);
  }

  /** ` name[type]:value name[type]:value …`, as far as it goes. */
  columns(): Row {
    const row: Row = {};
    while (!this.atEnd() && !this.#text.startsWith(' new-tuple:', this.#at)) {
      this.expect(' ');
      const name = this.identifier();
      this.expect('[');
      // A type may hold brackets itself: text[].
      this.until(']:');
      this.expect(']:');
      const value = this.#value();
      if (value !== undefined) row[name] = value;
    }
    return row;
  }

  #value(): string | null | undefined {
    // Bit strings are B'0101'; everything that isn't a number, a boolean or null is in quotes.
    if (this.#text[this.#at] === 'B' && this.#text[this.#at + 1] === "'") this.#at += 1;
    if (this.#text[this.#at] === "'") return this.#quoted("'");
    const end = this.#text.indexOf(' ', this.#at);
    const word = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at += word.length;
    if (word === UNCHANGED) return undefined;
    return word === 'null' ? null : word;
  }

  /** A quote inside is doubled. */
  #quoted(quote: string): string {
    let value = '';
    for (this.#at += 1; ;) {
      const end = this.#text.indexOf(quote, this.#at);
      if (end < 0) throw new Error(`a value has no end: ${this.#text}`);
      value += this.#text.slice(this.#at, end);
      this.#at = end + 1;
      if (this.#text[this.#at] !== quote) return value;
      value += quote;
      this.#at += 1;
    }
  }
}

/** `COMMIT 771 (at 2026-11-22 23:00:00.123456+00)`: with the microseconds that a Date would lose. */
function commitTime(data: string): number {
  const found = /\(at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00\)$/.exec(data);
  if (found === null) throw new Error(`a commit without a time in UTC: ${data}`);
  const [, day, time, fraction = ''] = found;
  return Date.parse(`${day}T${time}Z`) + Number(`0.${fraction.padEnd(1, '0')}`) * 1_000;
}
