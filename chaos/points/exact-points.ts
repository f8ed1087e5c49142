import pg from 'pg';
import { Observer } from '../topology/observer.ts';
import { orIfUnreachable } from '../topology/unreachable.ts';
import { seenInTime, until } from '../topology/until.ts';

/** Which of a purchase's two commits is meant. */
export type PointName =
  /** The order appears as pending, and with it the claim of its key. */
  | 'claim'
  /** The order becomes paid, and with it everything that says so. */
  | 'settle';

/** A backend that waits in its COMMIT. */
export interface HeldCommit {
  pid: number;
  /** What the commit log will call it, if it commits. */
  xid: number;
  /** The node, by the name of its connection. */
  node: string;
}

/** A backend that queues behind the held one. */
export interface WaitingStatement {
  pid: number;
  node: string;
  query: string;
}

/** Keeps the harness's locks apart from everybody else's: the upper half of each advisory lock's number. */
const LOCK_CLASS = 0x43_48_41_53;

/** A terminated backend ends at its next look around, which a waiting one takes at once. */
const TERMINATE_LIMIT_MS = 5_000;

/** When a row fits, its transaction's COMMIT waits. The nonce makes it one intent's. */
const CONDITION: Record<PointName, { event: string; when: string }> = {
  claim: { event: 'INSERT', when: `new.status = 'pending'` },
  settle: { event: 'UPDATE', when: `old.status = 'pending' AND new.status = 'paid'` },
};

/**
 * Stops a transaction exactly at its COMMIT, from outside and without the product's knowing.
 *
 * ```
 *   product                 Postgres                                 harness
 *                                                        ◀── takes the lock, makes the trigger
 *   … UPDATE orders ──────▶ queues the deferred trigger
 *   COMMIT ───────────────▶ runs it: waits for the lock  ──▶ sees the waiting backend
 *                                                            cuts, terminates, watches …
 *                           commits                      ◀── gives the lock back
 * ```
 *
 * A deferred constraint trigger runs inside COMMIT, after the last statement of the product and before
 * anything is durable: the one place from where all that a COMMIT can come to can be reached.
 */
export class ExactPoints implements AsyncDisposable {
  /** Holds the locks: they are the session's. */
  readonly #observer: Observer;
  readonly #triggers: string[] = [];
  readonly #armed = new Map<string, ExactPoint>();
  #count = 0;

  private constructor(observer: Observer) {
    this.#observer = observer;
  }

  static async install(adminUrl: string): Promise<ExactPoints> {
    const observer = await Observer.connect({ adminUrl, name: 'points' });
    // The product limits every wait for a lock, and means its own locks; without lock_timeout = 0 that
    // limit would abort the COMMIT, and the harness would have made an error that no network makes.
    await observer.run(`
      CREATE SCHEMA chaos;
      CREATE FUNCTION chaos.hold_commit() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint);
        RETURN NULL;
      END $$;`);
    return new ExactPoints(observer);
  }

  /**
   * Arms one commit of one intent, under a name of the caller's. Do it before the workload begins: making a trigger waits for all who
   * write to `orders`.
   */
  async arm(name: string, point: PointName, email: string): Promise<ExactPoint> {
    const number = (this.#count += 1);
    const lock = (BigInt(LOCK_CLASS) << 32n) | BigInt(number);
    const trigger = `chaos_${number}_${point}`;
    const { event, when } = CONDITION[point];
    await this.#observer.rows('SELECT pg_advisory_lock($1::bigint)', [String(lock)]);
    await this.#observer.run(`
      CREATE CONSTRAINT TRIGGER ${trigger} AFTER ${event} ON orders DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (${when} AND new.email = ${pg.escapeLiteral(email)})
      EXECUTE FUNCTION chaos.hold_commit('${lock}')`);
    this.#triggers.push(trigger);
    const armed = new ExactPoint(this.#observer, { point, lock, number });
    this.#armed.set(name, armed);
    return armed;
  }

  /** The point that was armed by that name. */
  armed(name: string): ExactPoint {
    const point = this.#armed.get(name);
    if (point === undefined) throw new Error(`Nothing is armed by the name ${name}.`);
    return point;
  }

  /** Waits until a backend that was held is gone. */
  async backendEnds({ pid }: HeldCommit, limitMs: number): Promise<void> {
    await backendEnds(this.#observer, pid, limitMs);
  }

  /** Lets everything go and takes its triggers away. Not while somebody writes orders: a DROP waits for them. */
  async clear(): Promise<void> {
    // A lost connection has given the locks back already.
    await this.#observer.run('SELECT pg_advisory_unlock_all()');
    for (const trigger of this.#triggers.splice(0))
      await this.#observer.run(`DROP TRIGGER ${trigger} ON orders`);
    this.#armed.clear();
  }

  /** Takes everything away again; commits that are still held go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.clear();
      await this.#observer.run('DROP SCHEMA chaos CASCADE');
    } finally {
      await this.#observer[Symbol.asyncDispose]();
    }
  }
}

/** One commit that waits, or will, until the harness lets it go. */
export class ExactPoint {
  readonly point: PointName;
  readonly #observer: Observer;
  readonly #lock: bigint;
  readonly #number: number;
  #released = false;

  constructor(
    observer: Observer,
    { point, lock, number }: { point: PointName; lock: bigint; number: number },
  ) {
    this.point = point;
    this.#observer = observer;
    this.#lock = lock;
    this.#number = number;
  }

  /** Waits until the COMMIT waits. */
  held(limitMs: number): Promise<HeldCommit> {
    return until(() => this.#holder(), { what: `the ${this.point} commit to be held`, limitMs });
  }

  /** As `held`, but null if it never comes to that. */
  heldWithin(limitMs: number): Promise<HeldCommit | null> {
    return seenInTime(() => this.#holder(), { what: `the ${this.point} commit to be held`, limitMs });
  }

  /** Waits until somebody queues behind what the held transaction has locked. */
  nextStatement({ pid }: HeldCommit, limitMs: number): Promise<WaitingStatement> {
    return until(
      async () => {
        const [waiting] = await this.#observer.rows<WaitingStatement>(
          `SELECT pid, application_name AS node, query FROM pg_stat_activity
            WHERE $1 = ANY (pg_blocking_pids(pid)) ORDER BY query_start LIMIT 1`,
          [pid],
        );
        return waiting;
      },
      { what: `a statement behind the held ${this.point} commit`, limitMs },
    );
  }

  /** Lets the COMMIT go on, and every later one of the same kind pass. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    // A database that is gone has given the lock back itself.
    const unlocked = this.#observer.rows('SELECT pg_advisory_unlock($1::bigint)', [String(this.#lock)]);
    await orIfUnreachable(unlocked, []);
  }

  /** Ends the waiting backend, so that its transaction never was; then lets later ones pass. */
  async abort({ pid }: HeldCommit): Promise<void> {
    await this.#observer.rows('SELECT pg_terminate_backend($1)', [pid]);
    // Released before it is gone, it might still get the lock and commit.
    await backendEnds(this.#observer, pid, TERMINATE_LIMIT_MS);
    await this.release();
  }

  async #holder(): Promise<HeldCommit | null> {
    const [held] = await this.#observer.rows<HeldCommit>(
      `SELECT a.pid, a.backend_xid::text::bigint::int AS xid, a.application_name AS node
         FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND NOT l.granted
          AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid AND l.objsubid = 1
        ORDER BY a.xact_start LIMIT 1`,
      [LOCK_CLASS, this.#number],
    );
    return held ?? null;
  }
}

async function backendEnds(observer: Observer, pid: number, limitMs: number): Promise<void> {
  const isGone = async () =>
    (await observer.rows('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).length === 0;
  await until(isGone, { what: `backend ${pid} to end`, limitMs });
}
