import { TransactionAborted } from '../../src/idempotency/index.ts';
import type { IdempotencyRecord, Session } from '../../src/idempotency/index.ts';
import { MemoryStore } from '../../src/idempotency/testing/memory-store.ts';
import type { MemoryTx } from '../../src/idempotency/testing/memory-store.ts';
import { ConnectionEnded, LinkError } from './network.ts';
import type { Scheduler } from './scheduler.ts';
import type { RowName, Table } from './table.ts';

/** The rows of the application, as a statement of a transaction has them. */
export interface Rows {
  /**
   * Locks a row, there or not, until the transaction ends; waits behind whoever holds it. What is read
   * afterwards is what they committed.
   * @throws TransactionAborted after the lock timeout
   */
  lock(name: RowName<unknown>): Promise<void>;
  get<T>(name: RowName<T>): T | null;
  put<T>(name: RowName<T>, row: T): void;
  /** A number that no other statement ever got, as of a sequence: rolled back or not. */
  nextNumber(): number;
}

/** One row as one commit left it. */
export interface CommittedChange {
  /** Of the commit. */
  readonly number: number;
  readonly atMs: number;
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface DatabaseLimits {
  readonly lockTimeoutMs: number;
  /** A transaction whose client says nothing for so long is ended: it holds a key's lock. */
  readonly idleInTransactionMs: number;
}

/**
 * The database server: the memory store for the records, and beside it rows with locks of their own, all
 * in the same transactions. It outlives its clients, and ends a transaction whose client is gone when it
 * learns of it.
 */
export class Database {
  readonly store: MemoryStore;
  readonly changes: CommittedChange[] = [];
  /** Records that were purged, as they then were. */
  readonly #forgotten: IdempotencyRecord[] = [];
  readonly #scheduler: Scheduler;
  readonly #limits: DatabaseLimits;
  readonly #wallMs: () => number;
  readonly #onMet: (what: string) => void;
  readonly #open = new Set<ServerSession>();
  readonly #locks = new Map<string, RowLock>();
  #commits = 0;
  #sequence = 0;
  #upAgainMs = 0;

  constructor(options: {
    scheduler: Scheduler;
    limits: DatabaseLimits;
    /** Milliseconds since 1970 by the database's clock: the one that counts. */
    wallMs: () => number;
    onMet: (what: string) => void;
  }) {
    this.#scheduler = options.scheduler;
    this.#limits = options.limits;
    this.#wallMs = options.wallMs;
    this.#onMet = options.onMet;
    this.store = new MemoryStore({
      now: options.wallMs,
      lockTimeoutMs: options.limits.lockTimeoutMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    });
  }

  /** Transactions that are open. */
  get open(): number {
    return this.#open.size;
  }

  begin(): ServerSession {
    this.mustBeUp();
    const session: ServerSession = new ServerSession({
      database: this,
      idle: (work) => this.#scheduler.after(this.#limits.idleInTransactionMs, work),
      onMet: this.#onMet,
      onEnd: () => this.#open.delete(session),
    });
    this.#open.add(session);
    return session;
  }

  /** @throws LinkError as long as it restarts */
  mustBeUp(): void {
    if (this.#scheduler.nowMs < this.#upAgainMs) throw new LinkError('refused');
  }

  /** Ends every open transaction and every connection; what was committed stays. */
  restart(downMs: number): void {
    this.#upAgainMs = this.#scheduler.nowMs + downMs;
    if (this.#open.size > 0) this.#onMet('db: database-restart');
    for (const session of this.#open) session.end();
  }

  /** The faults are over. */
  heal(): void {
    this.#upAgainMs = 0;
  }

  /** Forgets the settled records of days that are over for so long. */
  async purge(keysOlderThanMs: number): Promise<void> {
    const before = this.store.records();
    const { forgotten } = await this.store.purge(keysOlderThanMs);
    if (forgotten === 0) return;
    this.#onMet('purged');
    const left = new Set(this.store.records());
    this.#forgotten.push(...before.filter((record) => !left.has(record)));
  }

  /** Every record there ever was, the oldest key first. */
  everyRecord(): IdempotencyRecord[] {
    return [...this.#forgotten, ...this.store.records()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** A row that was there before anything happened. */
  async seed<T>(name: RowName<T>, row: T): Promise<void> {
    await this.store.transaction(async ({ tx }) => tx.put(name.text, row));
  }

  /** Every committed row of a table, by its name. */
  rows<T>(table: Table<T>): T[] {
    return this.store
      .names()
      .filter((text) => table.has({ text }))
      .toSorted()
      .map((name) => this.store.value(name) as T);
  }

  nextNumber(): number {
    return ++this.#sequence;
  }

  /** Waits for a row's lock. @returns what gives it back */
  async lock(name: string): Promise<() => void> {
    const lock = this.#locks.get(name) ?? new RowLock();
    this.#locks.set(name, lock);
    const turn = lock.queue();
    if (turn.isMine) return turn.leave;
    const timeout = Promise.withResolvers<'timeout'>();
    const callOff = this.#scheduler.after(this.#limits.lockTimeoutMs, () => timeout.resolve('timeout'));
    const won = await Promise.race([turn.mine, timeout.promise]);
    callOff();
    if (won === 'timeout') {
      turn.leave();
      this.#onMet('row lock timeout');
      throw new TransactionAborted('lock_timeout');
    }
    return turn.leave;
  }

  committed(changes: readonly Omit<CommittedChange, 'number' | 'atMs'>[]): void {
    if (changes.length === 0) return;
    const number = ++this.#commits;
    const atMs = this.#wallMs();
    for (const change of changes) this.changes.push({ number, atMs, ...change });
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const callOff = this.#scheduler.after(ms, resolve);
    signal?.addEventListener(
      'abort',
      () => {
        callOff();
        resolve();
      },
      { once: true },
    );
    return promise;
  }
}

/** First come, first served. */
class RowLock {
  readonly #waiting: { turn: () => void }[] = [];

  queue(): { isMine: boolean; mine: Promise<'mine'>; leave: () => void } {
    const { promise, resolve } = Promise.withResolvers<'mine'>();
    const place = { turn: () => resolve('mine') };
    this.#waiting.push(place);
    return {
      isMine: this.#waiting[0] === place,
      mine: promise,
      leave: () => {
        const at = this.#waiting.indexOf(place);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        if (at === 0) this.#waiting[0]?.turn();
      },
    };
  }
}

interface ServerSessionOptions {
  readonly database: Database;
  /** Does `work` when the client has said nothing for too long. */
  readonly idle: (work: () => void) => () => void;
  readonly onMet: (what: string) => void;
  readonly onEnd: () => void;
}

/** Thrown into the store's transaction to end it without a commit. */
class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/** One transaction, at the server. */
export class ServerSession {
  readonly #options: ServerSessionOptions;
  readonly #session: Promise<Session<MemoryTx>>;
  readonly #fate = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  readonly #locks = new Map<string, () => void>();
  readonly #touched = new Set<string>();
  #running: Promise<unknown> = Promise.resolve();
  #ended = false;
  #callOffIdle: () => void = () => undefined;

  constructor(options: ServerSessionOptions) {
    this.#options = options;
    const opened = Promise.withResolvers<Session<MemoryTx>>();
    this.#session = opened.promise;
    this.#fate.promise.catch(() => undefined);
    this.#done = options.database.store.transaction(async (session) => {
      opened.resolve(session);
      await this.#fate.promise;
    });
    this.#done.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Runs one statement. @throws ConnectionEnded when the transaction is over before it is */
  async execute<R>(statement: (session: Session<MemoryTx>, rows: Rows) => Promise<R>): Promise<R> {
    if (this.#ended) throw new ConnectionEnded('the transaction is over');
    this.#callOffIdle();
    const session = await this.#session;
    const running = statement(session, this.#rowsOf(session.tx));
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    this.#running = settled;
    await settled;
    // What it came to, nobody will know.
    if (this.#ended) throw new ConnectionEnded('the transaction was ended');
    this.#callOffIdle = this.#options.idle(() => {
      this.#options.onMet('idle transaction ended');
      this.end();
    });
    return running;
  }

  /** Not a message: it goes with the statements around it. */
  async savepoint<R>(work: () => Promise<R>): Promise<R> {
    return (await this.#session).savepoint(work);
  }

  /** @throws ConnectionEnded when there is nothing to commit any more */
  async commit(): Promise<void> {
    if (this.#ended) throw new ConnectionEnded('the transaction is over');
    this.#callOffIdle();
    const { tx } = await this.#session;
    const { database } = this.#options;
    const changes = [...this.#touched]
      .map((name) => ({ name, before: database.store.value(name) ?? null, after: tx.get(name) ?? null }))
      .filter(({ before, after }) => before !== after);
    this.#ended = true;
    this.#fate.resolve();
    await this.#done;
    database.committed(changes);
    this.#letGo();
  }

  /** Rolls back, once the statement that runs is done: a server looks at its client only then. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#callOffIdle();
    void this.#rollBack();
  }

  async #rollBack(): Promise<void> {
    await this.#running;
    this.#fate.reject(new RolledBack());
    await this.#done.catch(() => undefined);
    this.#letGo();
  }

  #letGo(): void {
    for (const unlock of this.#locks.values()) unlock();
    this.#options.onEnd();
  }

  #rowsOf(tx: MemoryTx): Rows {
    const { database } = this.#options;
    return {
      lock: async ({ text }) => {
        if (this.#locks.has(text)) return;
        this.#locks.set(text, await database.lock(text));
      },
      get: <T>({ text }: RowName<T>) => (tx.get(text) ?? null) as T | null,
      put: ({ text }, row) => {
        this.#touched.add(text);
        tx.put(text, row);
      },
      nextNumber: () => database.nextNumber(),
    };
  }
}
