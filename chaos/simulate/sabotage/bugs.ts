import { MemoryAttemptStore } from '../../../src/client/index.ts';
import {
  CommitUnknown,
  Engine,
  IdempotencyError,
  isSettled,
  OutcomeUnknown,
  TemporarilyUnavailable,
  TransactionAborted,
  type Call,
  type Claim,
  type Completion,
  type EngineOptions,
  type Inquiry,
  type Mutation,
  type Question,
  type RecordId,
  type Settled,
} from '../../../src/idempotency/index.ts';
import { PaymentOutcomeUnknown } from '../../../src/payments/payments.ts';
import { refusal } from '../../../src/shop/refusals.ts';
import type { StockRow } from '../../final-state.ts';
import { CURRENCY, tables } from '../shop.ts';
import type { ShopTx } from '../store-client.ts';
import type { Ground } from '../web-node.ts';
import type { Bug } from './sabotage.ts';
import { nameOfRecord, sessionWith, withRows, withSession, withStore } from './store-wrapping.ts';
import { LookThenSave, NoEngine, runUnprotected } from './unprotected.ts';

const NO_LAYER = { intentGuard: false, conditionalWrites: false, strictProvider: false } as const;
const NO_GUARD = { intentGuard: false } as const;

/** An engine that does something before or instead of running a call. */
function running(
  run: (
    call: Call,
    mutation: Mutation<ShopTx>,
    honest: (call: Call, mutation: Mutation<ShopTx>) => Promise<Settled>,
    options: EngineOptions<ShopTx>,
    ground: Ground,
  ) => Promise<Settled>,
): NonNullable<Bug['engine']> {
  return (options, ground) =>
    new (class extends Engine<ShopTx> {
      override run(call: Call, mutation: Mutation<ShopTx>): Promise<Settled> {
        const honest = (...of: [Call, Mutation<ShopTx>]) => super.run(...of);
        return run(call, mutation, honest, options, ground);
      }
    })(options);
}

/** Takes every failure of a step for a 'no' of the business. */
function asRefusal(mutation: Mutation<ShopTx>): Mutation<ShopTx> {
  return async (operation) => {
    try {
      return await mutation(operation);
    } catch (error) {
      if (error instanceof OutcomeUnknown || error instanceof TemporarilyUnavailable)
        throw refusal('CARD_DECLINED');
      throw error;
    }
  };
}

/** Finds keys whoever's they are. */
class KeysOfEverybody extends Engine<ShopTx> {
  readonly #ground: Ground;

  constructor(options: EngineOptions<ShopTx>, ground: Ground) {
    super(options);
    this.#ground = ground;
  }

  override run(call: Call, mutation: Mutation<ShopTx>): Promise<Settled> {
    return super.run(this.#asItsOwner(call), mutation);
  }

  override inquire(question: Question): Promise<Inquiry> {
    return super.inquire(this.#asItsOwner(question));
  }

  #asItsOwner<Q extends Question>(question: Q): Q {
    const { key } = question;
    const records = this.#ground.database.store.records();
    const found = key.kind === 'valid' ? records.find((record) => record.key === key.key) : undefined;
    return found === undefined ? question : { ...question, scope: found.scope, principal: found.principal };
  }
}

/** How long a forgetful store remembers an answer. */
const TIME_TO_LIVE_MS = 300;

/** Long enough to be for ever. */
const NEVER_MS = 1_000_000_000;

/**
 * Each is found, by the checker that it names, within a bounded number of seeds; the test holds that. What
 * a layer below would catch is looked for without that layer.
 */
export const BUGS: readonly Bug[] = [
  {
    id: 'no-idempotency',
    hazard: 1,
    says: 'No idempotency at all: every request executes.',
    checker: 'one-order-per-intent',
    without: NO_LAYER,
    engine: (options) => new NoEngine(options),
  },
  {
    id: 'look-then-save',
    hazard: 2,
    says: 'SELECT, then execute, then INSERT, with nothing that holds the key meanwhile.',
    checker: 'one-order-per-intent',
    without: NO_LAYER,
    engine: (options) => new LookThenSave(options),
  },
  {
    id: 'saved-after-the-charge',
    hazard: 3,
    says: 'The key is saved after the charge, in another transaction.',
    checker: 'one-capture-per-intent',
    without: NO_LAYER,
    engine: (options) => new LookThenSave(options),
  },
  {
    id: 'done-before-the-work',
    hazard: 4,
    says: 'The key is marked done before the work is.',
    checker: 'acknowledged-orders-exist',
    without: {},
    store: (store) =>
      withSession(store, (session) => ({
        async saveSteps(id, claim, results, as) {
          const { reserve } = results;
          if (reserve === undefined) return session.saveSteps(id, claim, results, as);
          const { orderId, totalMinor } = JSON.parse(reserve) as { orderId: string; totalMinor: number };
          const operationId = orderId.replace('ord_', 'op_');
          const outcome = {
            orderId,
            reference: orderId,
            operationId,
            status: 'paid',
            totalMinor,
            currency: CURRENCY,
          };
          return session.settle(id, claim, { state: 'succeeded', outcome: JSON.stringify(outcome) });
        },
      })),
  },
  {
    id: 'claim-never-expires',
    hazard: 5,
    says: 'A claim is never taken over, whoever holds it.',
    checker: 'nothing-stays-unsettled',
    without: {},
    store: (store) =>
      withStore(store, { takeOver: () => Promise.resolve(null), abandoned: () => Promise.resolve([]) }),
  },
  {
    id: 'no-fence',
    hazard: 6,
    says: 'A holder that was paused past its lease writes as if it still held the operation.',
    checker: 'stock-is-conserved',
    without: NO_LAYER,
    store: (store) => {
      /** What this process believes to hold. */
      const held = new Map<string, Claim>();
      const wrapped = withSession(store, (session) => ({
        claim(record) {
          held.set(nameOfRecord(record), record);
          return session.claim(record);
        },
        async lock(id) {
          const record = await session.lock(id);
          const claim = held.get(nameOfRecord(id));
          if (record === null || claim === undefined) return record;
          return { ...record, fence: claim.fence, holder: claim.holder, state: 'running', outcome: null };
        },
        async saveSteps(id, _claim, results, as) {
          const record = await session.lock(id);
          if (record !== null && !isSettled(record.state)) await session.saveSteps(id, record, results, as);
        },
        async settle(id, _claim, settlement) {
          const record = await session.lock(id);
          if (record !== null && !isSettled(record.state)) await session.settle(id, record, settlement);
        },
      }));
      return withStore(wrapped, {
        async takeOver(id, from, to) {
          const record = await store.takeOver(id, from, to);
          if (record !== null) held.set(nameOfRecord(id), record);
          return record;
        },
      });
    },
  },
  {
    id: 'fingerprint-of-the-attempt',
    hazard: 9,
    says: 'The fingerprint is taken after something of the attempt came into the input.',
    checker: 'refusals-have-a-cause',
    without: {},
    engine: running((call, mutation, honest) => {
      const mark = String(call.attempt?.number ?? 0);
      const fingerprints = new Map([...call.fingerprints].map(([version, text]) => [version, text + mark]));
      return honest({ ...call, fingerprints }, mutation);
    }),
  },
  {
    id: 'transient-failure-stored',
    hazard: 10,
    says: 'A provider that can’t be reached is stored as a declined card.',
    checker: 'refusals-have-a-cause',
    without: {},
    engine: (options) =>
      new (class extends Engine<ShopTx> {
        override run(call: Call, mutation: Mutation<ShopTx>): Promise<Settled> {
          return super.run(call, asRefusal(mutation));
        }

        override complete(id: RecordId, completion: Completion<ShopTx>): Promise<Settled | null> {
          const resume: Completion<ShopTx>['resume'] = (operation, input) =>
            asRefusal((held) => completion.resume(held, input))(operation);
          return super.complete(id, { ...completion, resume });
        }
      })(options),
  },
  {
    id: 'unguarded-when-the-store-is-down',
    hazard: 12,
    says: 'Where the store gives no answer, the request is executed without it.',
    checker: 'one-order-per-intent',
    without: NO_LAYER,
    engine: running(async (call, mutation, honest, options) => {
      try {
        return await honest(call, mutation);
      } catch (error) {
        if (!(error instanceof IdempotencyError) || error.code !== 'STORE_UNAVAILABLE') throw error;
        return runUnprotected(options, mutation);
      }
    }),
  },
  {
    id: 'claim-in-two-commands',
    hazard: 14,
    says: 'The claim is set by one command and given its lease by a second.',
    checker: 'nothing-stays-unsettled',
    without: {},
    store: (store) =>
      withStore(store, {
        async transaction(work) {
          const claimed: (() => Promise<unknown>)[] = [];
          const result = await store.transaction((session) =>
            work(
              sessionWith(session, {
                claim(record) {
                  claimed.push(() => store.renew(record, record, record.leaseMs));
                  return session.claim({ ...record, leaseMs: NEVER_MS });
                },
                saveSteps: (id, claim, results, as) =>
                  session.saveSteps(
                    id,
                    claim,
                    results,
                    claimed.length > 0 ? { ...as, leaseMs: NEVER_MS } : as,
                  ),
              }),
            ),
          );
          for (const expire of claimed) await expire().catch(() => undefined);
          return result;
        },
      }),
  },
  {
    id: 'new-key-after-reload',
    hazard: 16,
    says: 'A page that is loaded again doesn’t know of the attempt that was pending.',
    checker: 'one-order-per-intent',
    without: NO_GUARD,
    attemptStore: (store, reloaded) => (reloaded ? new MemoryAttemptStore() : store),
  },
  {
    id: 'new-key-each-retry',
    hazard: 17,
    says: 'Each retry is sent under a key of its own.',
    checker: 'one-order-per-intent',
    without: NO_GUARD,
    request(request) {
      const key = request.headers['idempotency-key'];
      const attempt = Number(request.headers['x-attempt'] ?? 1);
      if (key === undefined || attempt <= 1) return request;
      const own = key.slice(0, -4) + attempt.toString(16).padStart(4, '0');
      return { ...request, headers: { ...request.headers, 'idempotency-key': own } };
    },
  },
  {
    id: 'key-not-bound-to-its-user',
    hazard: 21,
    says: 'A record is found by its key alone.',
    checker: 'acknowledged-orders-exist',
    without: {},
    engine: (options, ground) => new KeysOfEverybody(options, ground),
  },
  {
    id: 'payload-not-hashed',
    hazard: 23,
    says: 'The same key with another payload gets the answer of the first.',
    checker: 'one-payload-per-key',
    without: {},
    engine: running((call, mutation, honest) =>
      honest(
        { ...call, fingerprints: new Map([...call.fingerprints].map(([version]) => [version, 'same'])) },
        mutation,
      ),
    ),
  },
  {
    id: 'provider-key-of-the-call',
    hazard: 24,
    says: 'Each call to the provider has a key of its own.',
    checker: 'one-capture-per-intent',
    without: { strictProvider: false },
    payments: (payments) => {
      let calls = 0;
      return {
        openIntent: (intent) => payments.openIntent(intent),
        confirm: (confirmation) =>
          payments.confirm({ ...confirmation, idempotencyKey: `${confirmation.idempotencyKey}:${++calls}` }),
        retrieve: (intentId) => payments.retrieve(intentId),
        cancel: (cancellation) => payments.cancel(cancellation),
        refund: (refund) => payments.refund(refund),
      };
    },
  },
  {
    id: 'unknown-commit-run-again-blindly',
    hazard: 25,
    says: 'A COMMIT without an answer is taken for a failure, and the transaction run again.',
    checker: 'nothing-stays-unsettled',
    without: NO_LAYER,
    store: (store) =>
      withStore(store, {
        async transaction(work) {
          try {
            return await store.transaction(work);
          } catch (error) {
            if (!(error instanceof CommitUnknown)) throw error;
            return store.transaction((session) =>
              work(
                sessionWith(session, {
                  async claim(record) {
                    await session.claim(record);
                    return true;
                  },
                }),
              ),
            );
          }
        },
      }),
  },
  {
    id: 'replay-rebuilt',
    hazard: 26,
    says: 'A replay is built from what is there now, not from what was answered.',
    checker: 'same-key-same-bytes',
    without: {},
    engine: running(async (call, mutation, honest) => {
      const settled = await honest(call, mutation);
      const { outcome } = settled;
      if (!settled.replayed || outcome.kind !== 'succeeded') return settled;
      const rebuilt = Object.fromEntries(Object.entries(JSON.parse(outcome.text) as object).toReversed());
      return { ...settled, outcome: { ...outcome, text: JSON.stringify(rebuilt) } };
    }),
  },
  {
    id: 'stock-without-condition',
    hazard: 30,
    says: 'Stock is taken without asking whether there is any.',
    checker: 'stock-is-conserved',
    without: {},
    store: (store) =>
      withRows(store, (rows) => ({
        lock: (name) => rows.lock(name),
        nextNumber: () => rows.nextNumber(),
        get: (name) => {
          const row = rows.get(name);
          return row !== null && tables.stock.has(name)
            ? { ...row, available: (row as StockRow).available + NEVER_MS }
            : row;
        },
        put: (name, row) =>
          rows.put(
            name,
            tables.stock.has(name) ? { ...row, available: (row as StockRow).available - NEVER_MS } : row,
          ),
      })),
  },
  {
    id: 'record-forgotten-too-early',
    hazard: 31,
    says: 'An answer is forgotten while its key may still be sent.',
    checker: 'one-order-per-intent',
    without: NO_GUARD,
    store: (store, { database, wallMs }) => {
      /** A record that is forgotten lives on under another scope, where nobody finds it. */
      const current = <Id extends RecordId>(id: Id): Id => {
        const name = id.scope.split('#', 1)[0] ?? id.scope;
        const generations = database.store
          .records()
          .filter(
            ({ key, procedure, scope }) =>
              key === id.key && procedure === id.procedure && scope.split('#', 1)[0] === name,
          );
        const last = generations.at(-1);
        if (last === undefined) return id;
        const isForgotten = last.settledAt !== null && last.settledAt.getTime() + TIME_TO_LIVE_MS < wallMs();
        return { ...id, scope: isForgotten ? `${name}#${generations.length}` : last.scope };
      };
      const wrapped = withSession(store, (session) => ({
        claim: (record) => session.claim(current(record)),
        lock: (id) => session.lock(current(id)),
        saveSteps: (id, claim, results, as) => session.saveSteps(current(id), claim, results, as),
        settle: (id, claim, settlement) => session.settle(current(id), claim, settlement),
      }));
      return withStore(wrapped, {
        read: (id) => store.read(current(id)),
        takeOver: (id, from, to) => store.takeOver(current(id), from, to),
        renew: (id, claim, leaseMs) => store.renew(current(id), claim, leaseMs),
        release: (id, claim, as) => store.release(current(id), claim, as),
        abandoned: async (limit, kinds) =>
          (await store.abandoned(limit, kinds)).map((id) => ({
            ...id,
            scope: id.scope.split('#', 1)[0] ?? '',
          })),
      });
    },
  },
  {
    id: 'loser-reports-success',
    hazard: 32,
    says: 'Whoever loses the claim reports success without looking at the winner’s outcome.',
    checker: 'acknowledged-orders-exist',
    without: {},
    engine: running(async (call, mutation, honest, { store, ports }) => {
      if (call.key.kind !== 'valid') return honest(call, mutation);
      const id = { key: call.key.key, scope: call.scope, procedure: call.procedure };
      const { record } = await store.read(id).catch(() => ({ record: null }));
      if (record === null || isSettled(record.state)) return honest(call, mutation);
      const operationId = ports.newOperationId();
      const orderId = operationId.replace('op_', 'ord_');
      const answer = {
        orderId,
        reference: orderId,
        operationId,
        status: 'paid',
        totalMinor: 1,
        currency: CURRENCY,
      };
      return { operationId, outcome: { kind: 'succeeded', text: JSON.stringify(answer) }, replayed: true };
    }),
  },
  {
    id: 'only-its-own-node-finishes',
    hazard: 39,
    says: 'What a node began, only that node takes up again.',
    checker: 'nothing-stays-unsettled',
    without: {},
    store: (store) =>
      withStore(store, {
        takeOver: (id, from, to) =>
          from.holder.split('.', 1)[0] === to.holder.split('.', 1)[0]
            ? store.takeOver(id, from, to)
            : Promise.resolve(null),
      }),
  },
  {
    id: 'unknown-taken-for-not-charged',
    hazard: 41,
    says: 'A charge without an answer is taken for one that wasn’t made.',
    checker: 'money-balances',
    without: {},
    payments: (payments) => ({
      openIntent: (intent) => payments.openIntent(intent),
      async confirm(confirmation) {
        try {
          return await payments.confirm(confirmation);
        } catch (error) {
          if (!PaymentOutcomeUnknown.is(error)) throw error;
          return { kind: 'cancelled' };
        }
      },
      retrieve: (intentId) => payments.retrieve(intentId),
      cancel: (cancellation) => payments.cancel(cancellation),
      refund: (refund) => payments.refund(refund),
    }),
  },
  {
    id: 'not-seen-taken-for-final',
    hazard: 42,
    says: 'A key that the shop hasn’t seen is given up, though its request may be on its way.',
    checker: 'one-order-per-intent',
    without: NO_GUARD,
    asked(outcome, attempt, store) {
      if (outcome.kind === 'unknown' && outcome.why.state === 'not_seen') store.remove(attempt);
    },
  },
  {
    id: 'connection-returned-with-its-transaction',
    hazard: 51,
    says: 'A connection whose query timed out goes back to the pool with its transaction open.',
    checker: 'one-order-per-intent',
    without: NO_LAYER,
    leaksConnections: true,
  },
  {
    id: 'aborted-commit-taken-for-success',
    hazard: 52,
    says: 'The COMMIT of a transaction that was undone is taken for success.',
    checker: 'one-capture-per-intent',
    without: NO_LAYER,
    store: (store) =>
      withStore(store, {
        async transaction<R>(work: Parameters<typeof store.transaction<R>>[0]): Promise<R> {
          const results: R[] = [];
          try {
            return await store.transaction(async (session) => {
              const result = await work(session);
              results.push(result);
              return result;
            });
          } catch (error) {
            const [result] = results;
            const wasUndone = error instanceof TransactionAborted && error.reason === 'deadlock';
            if (!wasUndone || result === undefined) throw error;
            return result;
          }
        },
      }),
  },
];
