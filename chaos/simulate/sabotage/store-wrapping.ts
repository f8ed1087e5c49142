import type { RecordId, Session, Store } from '../../../src/idempotency/index.ts';
import type { Rows } from '../database.ts';
import type { ShopTx } from '../store-client.ts';

/** A store with some of its methods replaced. */
export function withStore(store: Store<ShopTx>, changes: Partial<Store<ShopTx>>): Store<ShopTx> {
  return {
    transaction: (work) => store.transaction(work),
    read: (id) => store.read(id),
    takeOver: (id, from, to) => store.takeOver(id, from, to),
    upgrade: (id, claim, to) => store.upgrade(id, claim, to),
    renew: (id, claim, leaseMs) => store.renew(id, claim, leaseMs),
    release: (id, claim, as) => store.release(id, claim, as),
    reopen: (id, claim) => store.reopen(id, claim),
    abandoned: (limit, kinds) => store.abandoned(limit, kinds),
    ...changes,
  };
}

/** A store whose sessions have some of their methods replaced. */
export function withSession(
  store: Store<ShopTx>,
  change: (session: Session<ShopTx>) => Partial<Session<ShopTx>>,
): Store<ShopTx> {
  return withStore(store, {
    transaction: (work) => store.transaction((session) => work(sessionWith(session, change(session)))),
  });
}

export function sessionWith(session: Session<ShopTx>, changes: Partial<Session<ShopTx>>): Session<ShopTx> {
  return {
    tx: session.tx,
    claim: (record) => session.claim(record),
    lock: (id) => session.lock(id),
    savepoint: (work) => session.savepoint(work),
    saveSteps: (id, claim, results, as) => session.saveSteps(id, claim, results, as),
    settle: (id, claim, settlement) => session.settle(id, claim, settlement),
    ...changes,
  };
}

/** A store whose statements see and write rows through `change`. */
export function withRows(store: Store<ShopTx>, change: (rows: Rows) => Rows): Store<ShopTx> {
  return withSession(store, ({ tx }) => ({
    tx: { run: (statement) => tx.run((rows) => statement(change(rows))) },
  }));
}

export function nameOfRecord({ key, scope, procedure }: RecordId): string {
  return JSON.stringify([key, scope, procedure]);
}
