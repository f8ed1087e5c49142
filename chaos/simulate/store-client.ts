import { CommitUnknown, StoreUnavailable, TransactionAborted } from '../../src/idempotency/index.ts';
import type {
  Claim,
  IdempotencyRecord,
  Reading,
  RecordId,
  RecordKind,
  Session,
  Store,
  Upgrade,
} from '../../src/idempotency/index.ts';
import type { MemoryTx } from '../../src/idempotency/testing/memory-store.ts';
import type { Database, Rows, ServerSession } from './database.ts';
import type { Fault } from './fault.ts';
import type { Life } from './machine.ts';
import { LinkError } from './network.ts';
import type { Network } from './network.ts';

/** The application's handle on a transaction: statements, each of which crosses the network. */
export interface ShopTx {
  run<R>(statement: (rows: Rows) => Promise<R>): Promise<R>;
}

export interface StoreClientLimits {
  /** One statement, given up by the client: the connection may be cut. */
  readonly queryTimeoutMs: number;
  readonly poolSize: number;
  /** Waiting for a connection of the pool. */
  readonly connectionTimeoutMs: number;
}

export interface StoreClientOptions {
  readonly life: Life;
  readonly network: Network;
  readonly database: Database;
  readonly limits: StoreClientLimits;
  /** A bug: see `Sabotage`. */
  readonly leaksConnections: boolean;
  readonly onMet: (what: string) => void;
}

/** The store as one process has it: every statement is a message to the database and one back. */
export class StoreClient implements Store<ShopTx> {
  readonly #options: StoreClientOptions;
  readonly #pool: Pool;
  readonly #leaked: ServerSession[] = [];

  constructor(options: StoreClientOptions) {
    this.#options = options;
    this.#pool = new Pool(options.limits, options.life);
  }

  async transaction<R>(work: (session: Session<ShopTx>) => Promise<R>): Promise<R> {
    const leave = await this.#pool.enter();
    const connection = new Connection(this.#options, this.#leaked);
    let committing = false;
    try {
      const result = await work(connection.session);
      committing = true;
      await connection.commit();
      return result;
    } catch (error) {
      connection.close();
      throw asStoreError(error, committing);
    } finally {
      leave();
    }
  }

  read(id: RecordId): Promise<Reading> {
    return this.#call('read', (store) => store.read(id));
  }

  takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    return this.#call('take over', (store) => store.takeOver(id, from, to));
  }

  upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean> {
    return this.#call('upgrade', (store) => store.upgrade(id, claim, to));
  }

  renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean> {
    return this.#call('renew', (store) => store.renew(id, claim, leaseMs));
  }

  release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean> {
    return this.#call('release', (store) => store.release(id, claim, as));
  }

  reopen(id: RecordId, claim: Claim): Promise<boolean> {
    return this.#call('reopen', (store) => store.reopen(id, claim));
  }

  abandoned(limit: number, kinds?: readonly RecordKind[]): Promise<RecordId[]> {
    return this.#call('abandoned', (store) => store.abandoned(limit, kinds));
  }

  #call<R>(what: string, call: (store: Database['store']) => Promise<R>): Promise<R> {
    return this.query(what, () => call(this.#options.database.store));
  }

  /** A statement that is a transaction of its own. */
  async query<R>(what: string, statement: () => Promise<R>): Promise<R> {
    const { life, network, database, limits } = this.#options;
    try {
      return await network.exchange({
        from: life,
        link: 'db',
        to: 'db',
        what,
        receiver: null,
        timeoutMs: limits.queryTimeoutMs,
        serve: async (fault) => {
          restartOn(fault, database);
          return statement();
        },
      });
    } catch (error) {
      throw asStoreError(error, false);
    }
  }
}

/** One transaction, at its client. Its first statement opens it at the server. */
class Connection {
  readonly session: Session<ShopTx>;
  readonly #options: StoreClientOptions;
  /** Transactions that were left open, where that bug is put in. */
  readonly #leaked: ServerSession[];
  #server: ServerSession | null = null;
  #forget: () => void = () => undefined;
  /** Sent, and not there yet. */
  #underWay = 0;
  #closed = false;

  constructor(options: StoreClientOptions, leaked: ServerSession[]) {
    this.#options = options;
    this.#leaked = leaked;
    this.session = {
      tx: { run: (statement) => this.#send('statement', (_session, rows) => statement(rows)) },
      claim: (record) => this.#send('claim', (session) => session.claim(record)),
      lock: (id) => this.#send('lock', (session) => session.lock(id)),
      savepoint: (work) => this.#open().savepoint(work),
      saveSteps: (id, claim, results, as) =>
        this.#send('save steps', (session) => session.saveSteps(id, claim, results, as)),
      settle: (id, claim, settlement) =>
        this.#send('settle', (session) => session.settle(id, claim, settlement)),
    };
  }

  commit(): Promise<void> {
    const server = this.#open();
    const { onMet } = this.#options;
    return this.#exchange('commit', async (fault) => {
      if (fault?.kind === 'undone' && !server.ended) {
        server.end();
        onMet('db: undone');
        throw new TransactionAborted('deadlock');
      }
      await server.commit();
      if (fault !== null) onMet(`committed under ${fault.kind}`);
    }).finally(() => this.#forget());
  }

  /**
   * Leaves the transaction: ROLLBACK, or the end of the connection. It comes after what was sent before
   * it: behind a statement that is late it is late, and behind one that is lost it never comes.
   */
  close(): void {
    this.#forget();
    if (this.#closed) return;
    this.#closed = true;
    const { life, network, leaksConnections } = this.#options;
    if (leaksConnections && this.#server !== null && !life.dead) {
      this.#leaked.push(this.#server);
      return;
    }
    if (this.#underWay > 0) return;
    network.close(life, 'db', 'db', () => this.#server?.end());
  }

  #send<R>(what: string, statement: (session: Session<MemoryTx>, rows: Rows) => Promise<R>): Promise<R> {
    return this.#exchange(what, () => this.#open().execute(statement));
  }

  #exchange<R>(what: string, serve: (fault: Fault | null) => Promise<R>): Promise<R> {
    const { life, network, database, limits } = this.#options;
    return network.exchange({
      from: life,
      link: 'db',
      to: 'db',
      what,
      receiver: null,
      timeoutMs: limits.queryTimeoutMs,
      onSent: () => {
        this.#underWay += 1;
      },
      serve: async (fault) => {
        this.#underWay -= 1;
        restartOn(fault, database);
        try {
          return await serve(fault);
        } finally {
          if (this.#closed && this.#underWay === 0 && !this.#options.leaksConnections) this.#server?.end();
        }
      },
    });
  }

  /** BEGIN goes with the first statement, so it is the server's side that opens. */
  #open(): ServerSession {
    if (this.#server !== null) return this.#server;
    const leaked = this.#leaked.shift();
    const server = leaked?.ended === false ? leaked : this.#options.database.begin();
    this.#server = server;
    // The kernel closes a dead process's connections.
    this.#forget = this.#options.life.onDeath(() => this.close());
    return server;
  }
}

/** @throws LinkError as long as it is away */
function restartOn(fault: Fault | null, database: Database): void {
  if (fault?.kind === 'database-restart') database.restart(fault.ms);
  database.mustBeUp();
}

/** The same error means two things before COMMIT was sent and after it. */
function asStoreError(error: unknown, committing: boolean): unknown {
  if (!(error instanceof LinkError)) return error;
  return committing
    ? new CommitUnknown('COMMIT was sent and its answer is missing', { cause: error })
    : new StoreUnavailable('The database gave no answer', { cause: error });
}

/** A process's connections. */
class Pool {
  readonly #limits: StoreClientLimits;
  readonly #life: Life;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(limits: StoreClientLimits, life: Life) {
    this.#limits = limits;
    this.#life = life;
    this.#free = limits.poolSize;
  }

  /** @returns what gives the connection back @throws StoreUnavailable when none came free in time */
  async enter(): Promise<() => void> {
    if (this.#free === 0) {
      const turn = Promise.withResolvers<void>();
      const give = () => turn.resolve();
      this.#waiting.push(give);
      const callOff = this.#life.after(this.#limits.connectionTimeoutMs, () => {
        const at = this.#waiting.indexOf(give);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        turn.reject(new StoreUnavailable('No connection came free'));
      });
      await turn.promise;
      callOff();
    } else {
      this.#free -= 1;
    }
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
