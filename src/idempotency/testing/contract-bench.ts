import {
  Engine,
  fingerprints,
  IdempotencyError,
  parseKey,
  Refusal,
  type Call,
  type EngineEvent,
  type EngineOptions,
  type IdempotencyRecord,
  type Operation,
  type Policy,
  type RecordId,
  type Settled,
  type Store,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import { makeKey } from './keys.ts';

/** One store under test: how to make it, and how to see what its transactions committed. */
export interface StoreUnderTest<Tx> {
  store: Store<Tx>;
  /** A business write inside a transaction. */
  write(tx: Tx, name: string, value: string): Promise<void>;
  /** The committed value of a business write, or null. */
  committed(name: string): Promise<string | null>;
}

export const testPolicy: Policy = {
  version: 1,
  windowBackMs: 72 * 3_600_000,
  windowAheadMs: 5 * 60_000,
  leaseMs: 400,
  renewalDeadlineMs: 5_000,
  joinMs: 1_000,
  maxTries: 3,
  backoffBaseMs: 1,
  backoffCapMs: 10,
  storedRefusals: ['NO'],
  retryAdvice: 'Retry.',
  compensation: 'None.',
};

/** A business refusal. */
export const no = () => new Refusal('NO', { status: 409, title: 'No', detail: 'No.' });

/** Engines on one store, as many as a test wants: each stands for a web node. */
export async function settingOf<Tx>(setUp: () => Promise<StoreUnderTest<Tx>>) {
  const under = await setUp();
  const events: EngineEvent[] = [];
  const node = (options: Partial<EngineOptions<Tx>> = {}) =>
    new Engine<Tx>({
      store: under.store,
      ports: nodePorts,
      onEvent: (event) => void events.push(event),
      ...options,
    });
  return { ...under, events, node, engine: node() };
}

/** A call with a key of its own, unless it is given one. */
export function callOf(options: Partial<Call> & { idempotencyKey?: string; body?: unknown } = {}): Call {
  const { idempotencyKey = makeKey(), body = { n: 1 }, ...rest } = options;
  const policy = rest.policy ?? testPolicy;
  return {
    key: parseKey(idempotencyKey),
    scope: 'customer-1',
    principal: 'customer-1',
    procedure: 'test.buy',
    policy,
    fingerprints: fingerprints(nodePorts, policy, body, body),
    input: JSON.stringify(body),
    ...rest,
  };
}

export function textOf(settled: Settled): string | null {
  return 'text' in settled.outcome ? settled.outcome.text : null;
}

/** The code of the engine's error; whatever else came, as it is. */
export function refused(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => (error instanceof IdempotencyError ? error.code : error),
  );
}

/** Begins as every mutation does; a duplicate gets no further. */
export function mustNotRun<Tx>(operation: Operation<Tx>): Promise<unknown> {
  return operation.settle(() => Promise.reject(new Error('must not run')));
}

export function idOf(of: Call): RecordId {
  return { key: of.key.kind === 'valid' ? of.key.key : '', scope: of.scope, procedure: of.procedure };
}

/** The record, once its lease is over and its next try due. */
export async function whenDue<Tx>(store: Store<Tx>, id: RecordId): Promise<IdempotencyRecord> {
  for (;;) {
    const { record, now } = await store.read(id);
    if (record === null) throw new Error('no record');
    if (record.leaseUntil <= now && record.nextTryAt <= now) return record;
    await nodePorts.sleep(1);
  }
}

export async function completeWhenDue<Tx>(
  engine: Engine<Tx>,
  of: Call,
  mutation: (operation: Operation<Tx>, input: unknown) => Promise<unknown>,
): Promise<Settled> {
  for (let round = 0; round < 200; round++) {
    const settled = await engine.complete(idOf(of), { policy: of.policy, resume: mutation });
    if (settled !== null) return settled;
    await nodePorts.sleep(5);
  }
  throw new Error('It never became due');
}

/** The store as a dead or frozen process uses it: its leases run out. */
export function withoutRenewals<Tx>(store: Store<Tx>): Store<Tx> {
  return { ...storeWith(store), renew: () => Promise.resolve(false) };
}

/** The store's methods as an object, for a test that changes one of them. */
export function storeWith<Tx>(store: Store<Tx>): Store<Tx> {
  return {
    transaction: (work) => store.transaction(work),
    read: (id) => store.read(id),
    takeOver: (id, from, to) => store.takeOver(id, from, to),
    upgrade: (id, claim, to) => store.upgrade(id, claim, to),
    renew: (id, claim, leaseMs) => store.renew(id, claim, leaseMs),
    release: (id, claim, as) => store.release(id, claim, as),
    reopen: (id, claim) => store.reopen(id, claim),
    abandoned: (limit, kinds) => store.abandoned(limit, kinds),
  };
}
