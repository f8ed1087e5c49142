import type { CommitLogEntry } from '../final-state.ts';
import { Observer } from '../topology/observer.ts';
import { orIfUnreachable, Unreachable } from '../topology/unreachable.ts';
import { until } from '../topology/until.ts';
import { parseTestDecoding } from './test-decoding.ts';
import type { Commit, DecodedLine } from './test-decoding.ts';

/** Soon enough for faults that wait for a commit, seldom enough to cost the database nothing. */
const POLL_MS = 40;
const STATEMENT_LIMIT_MS = 20_000;
const CATCH_UP_LIMIT_MS = 20_000;

/** Whole transactions come however many they are; this only keeps one answer from growing without end. */
const CHANGES_AT_ONCE = 2_000;

/**
 * Every commit of the database, in order, with its time: read from a logical replication slot while the
 * run goes on. It tells what no final read can: that a status only moved forward, that stock was never
 * below zero, and whether the commit behind a lost answer happened, and when.
 *
 * The slot keeps what it wasn't asked for yet, so nothing is missed between two polls.
 */
export class CommitLog implements AsyncDisposable {
  readonly #observer: Observer;
  readonly #slot: string;
  readonly #commits: Commit[] = [];
  readonly #byXid = new Map<number, Commit>();
  /** The first change that made an order paid, by the order's address. */
  readonly #paid = new Map<string, CommitLogEntry>();
  #reading: Promise<void> = Promise.resolve();
  /** All that committed before this is here. */
  #readUntil = '0/0';
  /** What committed before this was here once, and may come again after a crash. */
  #forgottenUntil = '0/0';
  #timer: NodeJS.Timeout | null = null;
  #failure: Error | null = null;

  private constructor(observer: Observer, slot: string) {
    this.#observer = observer;
    this.#slot = slot;
  }

  /** Begins the log: what commits from now on is in it. `adminUrl` is a superuser's, unproxied. */
  static async begin(adminUrl: string): Promise<CommitLog> {
    const observer = await Observer.connect({
      adminUrl,
      name: 'commit-log',
      statementLimitMs: STATEMENT_LIMIT_MS,
      // Times are printed in the session's zone.
      settings: '-c timezone=UTC',
    });
    // Named, for the server may have others. Not temporary: it must outlive a database that is killed.
    const { slot } = await observer.row<{ slot: string }>(
      `SELECT slot_name AS slot
         FROM pg_create_logical_replication_slot('chaos_' || pg_backend_pid(), 'test_decoding')`,
    );
    const log = new CommitLog(observer, slot);
    log.#schedule();
    return log;
  }

  /** All changes so far, in commit order. */
  get entries(): CommitLogEntry[] {
    return this.#commits.flatMap((commit) => commit.entries);
  }

  /** The commit of a transaction; null if it hasn't been seen to commit. */
  commitOf(xid: number): Commit | null {
    return this.#byXid.get(xid) ?? null;
  }

  /** The change that made an intent's order paid; null if none did so far. */
  commitOfPaidOrder({ email }: { email: string }): CommitLogEntry | null {
    return this.#paid.get(email) ?? null;
  }

  /** Waits until the transaction is seen to commit. */
  awaitCommit(xid: number, limitMs: number): Promise<Commit> {
    return until(() => this.#checked().commitOf(xid), { what: `transaction ${xid} to commit`, limitMs });
  }

  /** Reads all that has been committed until now, and returns when it's here. */
  async catchUp(): Promise<void> {
    const end = async () => {
      // A commit that didn't wait for the disk is in no log before it is there.
      await this.#observer.run('CHECKPOINT');
      return (await this.#observer.row<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn')).lsn;
    };
    const options = { what: 'the commit log to catch up', limitMs: CATCH_UP_LIMIT_MS };
    const goal = lsnValue(await until(() => orIfUnreachable(end(), null), options));
    await until(async () => {
      await orIfUnreachable(this.#poll(), null);
      return lsnValue(this.#checked().#readUntil) >= goal;
    }, options);
  }

  /** Forgets what was read so far: a log that is kept for hours would need all memory. */
  async forget(): Promise<void> {
    await this.catchUp();
    this.#forgottenUntil = this.#readUntil;
    this.#commits.length = 0;
    this.#byXid.clear();
    this.#paid.clear();
  }

  /** Ends the log, and its slot with it. What was read stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#reading.catch(() => undefined);
    // A slot keeps WAL for as long as it's there.
    await this.#observer.rows('SELECT pg_drop_replication_slot($1)', [this.#slot]).catch(() => undefined);
    await this.#observer[Symbol.asyncDispose]();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#poll()
        .catch((error: unknown) => {
          // A database that is down has nothing to tell; when it's back, it has all of it.
          if (error instanceof Unreachable) return;
          this.#failure ??= error instanceof Error ? error : new Error(String(error));
        })
        .finally(() => {
          if (this.#timer !== null && this.#failure === null) this.#schedule();
        });
    }, POLL_MS);
  }

  /** One at a time: two readers of one slot would take each other's changes. */
  #poll(): Promise<void> {
    const before = this.#reading.catch(() => undefined);
    return (this.#reading = before.then(() => this.#read()));
  }

  /**
   * Looks at what there is, and only then tells the slot that it may forget it: what is lost on its way comes
   * again, and what comes again (the slot of a killed database goes back a little) is known by its number.
   */
  async #read(): Promise<void> {
    const { upto } = await this.#observer.row<{ upto: string }>('SELECT pg_current_wal_flush_lsn() AS upto');
    const rows = await this.#observer.rows<{ lsn: string; xid: string; data: string }>(
      `SELECT lsn, xid::text AS xid, data
         FROM pg_logical_slot_peek_changes($1, $2, $3, 'include-timestamp', 'on', 'include-xids', 'on')`,
      [this.#slot, upto, CHANGES_AT_ONCE],
    );
    const lines: DecodedLine[] = rows.map(({ lsn, xid, data }) => ({ lsn, xid: Number(xid), data }));
    for (const commit of parseTestDecoding(lines)) this.#take(commit);
    const readUntil = rows.length < CHANGES_AT_ONCE ? upto : (rows.at(-1)?.lsn ?? upto);
    if (lsnValue(readUntil) <= lsnValue(this.#readUntil)) return;
    await this.#observer.rows('SELECT pg_replication_slot_advance($1, $2)', [this.#slot, readUntil]);
    this.#readUntil = readUntil;
  }

  #take(commit: Commit): void {
    if (this.#byXid.has(commit.xid) || lsnValue(commit.lsn) <= lsnValue(this.#forgottenUntil)) return;
    this.#commits.push(commit);
    this.#byXid.set(commit.xid, commit);
    for (const entry of commit.entries) {
      const email = entry.new?.['email'];
      if (entry.table !== 'orders' || entry.new?.['status'] !== 'paid' || typeof email !== 'string') continue;
      if (!this.#paid.has(email)) this.#paid.set(email, entry);
    }
  }

  /** A log that couldn't be read must end the run: its silence would look like nothing having happened. */
  #checked(): this {
    if (this.#failure !== null) throw new Error('the commit log can’t be read', { cause: this.#failure });
    return this;
  }
}

/** `16/B374D848`: two halves, hexadecimal. */
function lsnValue(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
