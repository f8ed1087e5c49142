import {
  CommitUnknown,
  StoreUnavailable,
  TransactionAborted,
  type Claim,
  type IdempotencyRecord,
  type Reading,
  type RecordKind,
  type RecordId,
  type Session,
  type Store,
  type Upgrade,
} from '../../core/index.ts';
import { ProcessDied, type SimulatedProcess } from './simulated-process.ts';
import type { Fault } from './turns.ts';

export interface FaultyStoreOptions<Tx> {
  readonly store: Store<Tx>;
  readonly process: SimulatedProcess;
  /** The statements that were sent and aren't answered, oldest first: so the queues behind locks are known. */
  readonly waiting?: string[];
  readonly onRead?: (reading: Reading) => void;
  readonly onLockTimeout?: () => void;
}

/** A store as one process sees it: between any two of its calls others run, and each call may fail. */
export class FaultyStore<Tx> implements Store<Tx> {
  readonly #options: FaultyStoreOptions<Tx>;

  constructor(options: FaultyStoreOptions<Tx>) {
    this.#options = options;
  }

  async transaction<R>(work: (session: Session<Tx>) => Promise<R>): Promise<R> {
    const { store, process } = this.#options;
    if ((await process.turn('begin', ['unavailable'])) === 'unavailable')
      throw new StoreUnavailable('It never began');

    const sent: { statement: Promise<unknown> } = { statement: Promise.resolve() };
    const gaveUp = Promise.withResolvers<never>();
    let fault: Fault | null = null;
    const transaction = store.transaction(async (session) => {
      try {
        const result = await process.orDeath(work(this.#sessionOn(session, sent)));
        fault = await process.orDeath(process.turn('commit', ['lost', 'aborted', 'late', 'undone']));
        if (fault === 'late') {
          gaveUp.reject(new CommitUnknown('It commits later'));
          // The database finishes on its own, whatever becomes of the process.
          await process.turns.next(`${process.name}'s connection`, 'late commit', []);
        }
        if (fault === 'aborted') throw new CommitUnknown('It was undone');
        if (fault === 'undone') throw new TransactionAborted('deadlock');
        return result;
      } catch (error) {
        // A server notices a dead client when its statement ends, not while it waits for a lock.
        if (error instanceof ProcessDied) await sent.statement.catch(() => undefined);
        throw error;
      }
    });
    try {
      const result = await Promise.race([transaction, gaveUp.promise]);
      await process.fineTurn('committed');
      if (fault === 'lost') throw new CommitUnknown('It was committed');
      return result;
    } catch (error) {
      if (error instanceof TransactionAborted && error.reason === 'lock_timeout')
        this.#options.onLockTimeout?.();
      await process.fineTurn('rolled back');
      process.observe(String(error));
      throw error;
    }
  }

  async read(id: RecordId): Promise<Reading> {
    const reading = await this.#call('read', () => this.#options.store.read(id));
    this.#options.onRead?.(reading);
    return reading;
  }

  takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    return this.#call('take over', () => this.#options.store.takeOver(id, from, to));
  }

  upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean> {
    return this.#call('upgrade', () => this.#options.store.upgrade(id, claim, to));
  }

  reopen(id: RecordId, claim: Claim): Promise<boolean> {
    return this.#call('reopen', () => this.#options.store.reopen(id, claim));
  }

  renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean> {
    return this.#call('renew', () => this.#options.store.renew(id, claim, leaseMs));
  }

  release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean> {
    return this.#call('release', () => this.#options.store.release(id, claim, as));
  }

  abandoned(limit: number, kinds?: readonly RecordKind[]): Promise<RecordId[]> {
    return this.#call('abandoned', () => this.#options.store.abandoned(limit, kinds));
  }

  /** A statement in a transaction of its own. A lost answer means that it took effect all the same. */
  async #call<R>(what: string, call: () => Promise<R>): Promise<R> {
    const { process } = this.#options;
    const fault = await process.turn(what, ['unavailable', 'lost']);
    if (fault === 'unavailable') throw new StoreUnavailable(`${what}: refused`);
    try {
      const result = await this.#send(what, call);
      if (fault === 'lost') throw new StoreUnavailable(`${what}: answer lost`);
      return result;
    } finally {
      await process.fineTurn(`${what} answered`);
    }
  }

  /** The session of one transaction; `sent` keeps its last statement. */
  #sessionOn(session: Session<Tx>, sent: { statement: Promise<unknown> }): Session<Tx> {
    const { process } = this.#options;
    const statement = async <R>(what: string, call: () => Promise<R>): Promise<R> => {
      await process.fineTurn(what);
      const running = this.#send(what, call);
      sent.statement = running;
      try {
        return await running;
      } finally {
        await process.fineTurn(`${what} answered`);
      }
    };
    return {
      tx: session.tx,
      claim: (record) => statement('claim', () => session.claim(record)),
      lock: (id) => statement('lock', () => session.lock(id)),
      savepoint: (work) => session.savepoint(work),
      saveSteps: (id, claim, results, as) =>
        statement('save steps', () => session.saveSteps(id, claim, results, as)),
      settle: (id, claim, settlement) => statement('settle', () => session.settle(id, claim, settlement)),
    };
  }

  async #send<R>(what: string, call: () => Promise<R>): Promise<R> {
    const { process, waiting = [] } = this.#options;
    const name = `${process.name}: ${what}`;
    waiting.push(name);
    try {
      const result = await call();
      process.observe(`${what} = ${JSON.stringify(result) ?? ''}`);
      return result;
    } catch (error) {
      process.observe(`${what}: ${String(error)}`);
      throw error;
    } finally {
      waiting.splice(waiting.indexOf(name), 1);
    }
  }
}
