import {
  CommitUnknown,
  type IdempotencyRecord,
  type Session,
  type Store,
} from '../../src/idempotency/index.ts';
import { MemoryStore, type MemoryTx } from '../../src/idempotency/testing/index.ts';
import type { Gate } from './gate.ts';

/** What becomes of a COMMIT: `true` if it is answered, else the lock stays until `release`. */
type Fate = 'answered' | { readonly release: Promise<void> };

/** A COMMIT that was sent: the model's `InCommit`. */
interface OpenCommit {
  /** Null once nobody waits for it. */
  waits: Gate | null;
  readonly apply: () => void;
  readonly release: PromiseWithResolvers<void>;
}

/** The memory store, on a clock of its own, where each statement stands still until the trace says go. */
export class SteppedStore {
  nowMs: number;
  #inner: MemoryStore;
  #open: OpenCommit | null = null;
  /** Whose transaction is about to commit, if it wrote anything. */
  #committing: Gate | null = null;
  #purgedEffects = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
    this.#inner = this.#empty();
  }

  get record(): IdempotencyRecord | null {
    return this.#inner.records()[0] ?? null;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  get paidEffects(): number {
    return this.#purgedEffects + effectsOf((name) => this.#inner.value(name));
  }

  /** The store as one process sees it. */
  seenBy(gate: Gate): Store<MemoryTx> {
    return {
      transaction: async (work) => {
        await gate.pass('begin');
        return this.#inner.transaction(async (session) => {
          const writing = watched(session);
          const result = await work(writing.session);
          if (writing.wrote()) this.#committing = gate;
          return result;
        });
      },
      read: async (id) => {
        await gate.pass('read');
        return this.#inner.read(id);
      },
      takeOver: async (id, from, to) => {
        await gate.pass('take over');
        return this.#inner.takeOver(id, from, to);
      },
      release: async (id, claim, as) => {
        await gate.pass('release');
        return this.#inner.release(id, claim, as);
      },
      // The policy's renewal deadline is 0: leases end when the trace says so.
      renew: () => Promise.reject(new Error('No lease is renewed here')),
      abandoned: (limit, kinds) => this.#inner.abandoned(limit, kinds),
      upgrade: () => Promise.reject(new Error('There is one version here')),
      reopen: () => Promise.reject(new Error('Nothing gets stuck here')),
    };
  }

  commit(answered: boolean): void {
    const open = this.#take();
    open.apply();
    this.#end(open, answered);
  }

  abort(): void {
    this.#end(this.#take(), false);
  }

  /** The connection breaks, the COMMIT stays under way. */
  loseCommit(): void {
    const open = this.#open;
    if (open?.waits === undefined || open.waits === null) throw new Error('Nobody waits for a COMMIT');
    const { waits } = open;
    open.waits = null;
    waits.open('commit', { release: open.release.promise } satisfies Fate);
  }

  /** The process that waits for this COMMIT is dead. */
  abandon(gate: Gate): void {
    if (this.#open?.waits === gate) this.loseCommit();
  }

  purge(): void {
    this.#purgedEffects = this.paidEffects;
    this.#inner = this.#empty();
  }

  #take(): OpenCommit {
    const open = this.#open;
    if (open === null) throw new Error('No COMMIT is under way');
    this.#open = null;
    return open;
  }

  #end(open: OpenCommit, answered: boolean): void {
    open.release.resolve();
    open.waits?.open('commit', answered ? 'answered' : ({ release: open.release.promise } satisfies Fate));
  }

  #empty(): MemoryStore {
    return new MemoryStore({
      now: () => this.nowMs,
      commit: async (apply) => {
        const gate = this.#committing;
        this.#committing = null;
        // It only looked: there is nothing that could be lost.
        if (gate === null) return;
        this.#open = { waits: gate, apply, release: Promise.withResolvers() };
        const fate = await gate.pass<Fate>('commit');
        if (fate !== 'answered') throw Object.assign(new CommitUnknown('No answer'), fate);
      },
    });
  }
}

export function effectsOf(get: (name: string) => unknown): number {
  return (get('paid effects') as number | undefined) ?? 0;
}

function watched(session: Session<MemoryTx>): { session: Session<MemoryTx>; wrote: () => boolean } {
  let wrote = false;
  return {
    wrote: () => wrote,
    session: {
      tx: session.tx,
      lock: (id) => session.lock(id),
      savepoint: (inner) => session.savepoint(inner),
      claim: async (record) => {
        const won = await session.claim(record);
        wrote ||= won;
        return won;
      },
      saveSteps: (...args) => {
        wrote = true;
        return session.saveSteps(...args);
      },
      settle: (...args) => {
        wrote = true;
        return session.settle(...args);
      },
    },
  };
}
