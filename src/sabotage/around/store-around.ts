import type { Tx } from '../../database/database.ts';
import type {
  Claim,
  IdempotencyRecord,
  NewRecord,
  Reading,
  RecordId,
  Session,
  Settlement,
  Store,
  Upgrade,
} from '../../idempotency/index.ts';

/** Passes everything on; a mutant changes what it breaks. */
export class StoreAround implements Store<Tx> {
  protected readonly store: Store<Tx>;

  constructor(store: Store<Tx>) {
    this.store = store;
  }

  transaction<R>(work: (session: Session<Tx>) => Promise<R>): Promise<R> {
    return this.store.transaction((session) => work(this.around(session)));
  }

  read(id: RecordId): Promise<Reading> {
    return this.store.read(id);
  }

  takeOver(
    id: RecordId,
    from: Claim,
    to: { holder: string; leaseMs: number },
  ): Promise<IdempotencyRecord | null> {
    return this.store.takeOver(id, from, to);
  }

  upgrade(id: RecordId, claim: Claim, to: Upgrade): Promise<boolean> {
    return this.store.upgrade(id, claim, to);
  }

  renew(id: RecordId, claim: Claim, leaseMs: number): Promise<boolean> {
    return this.store.renew(id, claim, leaseMs);
  }

  release(
    id: RecordId,
    claim: Claim,
    as: { state: 'running' | 'outcome_unknown' | 'stuck'; retryInMs: number },
  ): Promise<boolean> {
    return this.store.release(id, claim, as);
  }

  reopen(id: RecordId, claim: Claim): Promise<boolean> {
    return this.store.reopen(id, claim);
  }

  abandoned(limit: number): Promise<RecordId[]> {
    return this.store.abandoned(limit);
  }

  protected around(session: Session<Tx>): Session<Tx> {
    return session;
  }
}

/** As above, for one transaction. */
export class SessionAround implements Session<Tx> {
  readonly tx: Tx;
  protected readonly session: Session<Tx>;

  constructor(session: Session<Tx>) {
    this.tx = session.tx;
    this.session = session;
  }

  claim(record: NewRecord): Promise<boolean> {
    return this.session.claim(record);
  }

  lock(id: RecordId): Promise<IdempotencyRecord | null> {
    return this.session.lock(id);
  }

  savepoint<R>(work: () => Promise<R>): Promise<R> {
    return this.session.savepoint(work);
  }

  saveSteps(...step: Parameters<Session<Tx>['saveSteps']>): Promise<void> {
    return this.session.saveSteps(...step);
  }

  settle(id: RecordId, claim: Claim, settlement: Settlement): Promise<void> {
    return this.session.settle(id, claim, settlement);
  }
}
