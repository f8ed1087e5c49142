import {
  Engine,
  fingerprints,
  nodePorts,
  parseKey,
  Refusal,
  type Call,
  type IdempotencyRecord,
  type Mutation,
  type Outcome,
  type Policy,
  type Settled,
} from '../../src/idempotency/index.ts';
import { makeKey, type MemoryTx } from '../../src/idempotency/testing/index.ts';
import { charge } from '../../src/shop/checkout/charge.ts';
import { Gate } from './gate.ts';
import type { ModelState } from './itf.ts';
import { AMOUNT_MINOR, SteppedProvider } from './stepped-provider.ts';
import { effectsOf, SteppedStore } from './stepped-store.ts';

const START_MS = Date.UTC(2026, 0, 1);
const LEASE_MS = 1_000;
const WINDOW_MS = 1_000_000_000;
/** The shop gives a payment up after 12 takeovers, the model after 2: each of them counts for 6. */
const TRIES_PER_TRY = 6;

const policy: Policy = {
  version: 1,
  windowBackMs: WINDOW_MS,
  windowAheadMs: 1_000,
  leaseMs: LEASE_MS,
  renewalDeadlineMs: 0,
  joinMs: 1_000,
  maxTries: 1_000,
  backoffBaseMs: 0,
  backoffCapMs: 0,
  storedRefusals: ['NOT_PAID'],
  retryAdvice: 'Retry.',
  compensation: 'None.',
};

const key = makeKey(START_MS);
const id = { key, scope: 'customer-1', procedure: 'test.buy' };
const call: Call = {
  ...id,
  key: parseKey(key),
  principal: id.scope,
  policy,
  fingerprints: fingerprints(nodePorts, policy, {}, {}),
  input: '{}',
};

/** Where the engine stands when the model's process is in a phase. */
const standsAt: Readonly<Record<string, string | null>> = {
  Idle: null,
  Claiming: 'begin',
  Reading: 'read',
  TakingOver: 'take over',
  KnowsItWaits: 'send',
  Awaiting: 'await answer',
  Releasing: 'release',
  Charged: 'begin',
  Committing: 'commit',
  Doubting: 'begin',
};

/** What can be compared of a state. */
interface Observed {
  readonly record: { state: string; fence: number; leaseOver: boolean } | null;
  readonly commitUnderWay: boolean;
  readonly paidEffects: number;
  readonly charges: number;
  readonly declines: number;
  readonly cancelled: boolean;
  readonly told: number;
}

/**
 * The engine, the shop's `charge` and the memory store, driven action by action along a trace of the model. The
 * engine runs as it is; only its ports, store and provider are ours, and stand still between the actions.
 */
export class Replay {
  readonly #store = new SteppedStore(START_MS);
  readonly #provider = new SteppedProvider();
  /** The calls under way. A process that crashed is simply never opened again. */
  readonly #running = new Map<string, Gate>();
  readonly #told = new Set<string>();
  readonly #names = new Names();
  #executions = 0;

  /** Does what the action of this state did, and lets the engine go as far as it goes. */
  async act({ last }: ModelState): Promise<void> {
    const gate = this.#running.get(last.by) ?? null;
    switch (last.name) {
      case 'arrive':
        this.#arrive(last.by);
        break;
      case 'claim':
      case 'settle':
        gateOf(gate).open('begin');
        break;
      case 'read':
      case 'retrieve':
      case 'release':
        gateOf(gate).open(last.name);
        break;
      case 'takeOver':
        gateOf(gate).open('take over');
        break;
      case 'send':
        this.#provider.send(gateOf(gate), last.request, last.found);
        break;
      case 'giveUpWaiting':
        this.#provider.giveUp(gateOf(gate));
        break;
      case 'handle':
        this.#provider.handle(last.request, last.approves, last.answered ? gate : null);
        break;
      case 'commit':
        this.#store.commit(last.answered);
        break;
      case 'abort':
        this.#store.abort();
        break;
      case 'loseCommit':
        this.#store.loseCommit();
        break;
      case 'crash':
        this.#store.abandon(gateOf(gate));
        this.#running.delete(last.by);
        break;
      case 'endLease':
        this.#store.nowMs += LEASE_MS;
        break;
      case 'endWindow':
        this.#store.nowMs += WINDOW_MS + 1;
        break;
      case 'purge':
        this.#store.purge();
        break;
      case 'init':
      case 'rest':
        break;
      default:
        throw new Error(`The replay doesn't know the action '${last.name}'`);
    }
    await quiet();
  }

  observe(): Observed {
    const { record } = this.#store;
    return {
      record: record && {
        state: record.state,
        fence: record.fence,
        leaseOver: isOpenEnded(record) && record.leaseUntil.getTime() <= this.#store.nowMs,
      },
      commitUnderWay: this.#store.isOpen,
      paidEffects: this.#store.paidEffects,
      charges: this.#provider.charged.size,
      declines: this.#provider.declined.size,
      cancelled: this.#provider.cancelled,
      told: this.#told.size,
    };
  }

  /** What the engine is about to do, a process. */
  positions(): Record<string, string | null> {
    const names = ['caller1', 'caller2', 'completer'];
    return Object.fromEntries(names.map((name) => [name, this.#running.get(name)?.standsAt ?? null]));
  }

  /**
   * The model's tokens, operations and answers are numbers, the engine's are texts: each must stand for the
   * same one throughout.
   */
  compareNames(state: ModelState): void {
    // Operation and step make the provider's key.
    const keys = state.provider.charged.map(
      (operation) => `${this.#names.text('operation', operation)}:charge`,
    );
    if (keys.some((name) => !this.#provider.charged.has(name)))
      throw new Error(`Charged under ${[...this.#provider.charged].join(', ')}, not ${keys.join(', ')}`);

    const { record } = this.#store;
    const expected = state.database.record;
    if (record === null || expected.tag !== 'Present') return;
    const { claim, operation, state: recordState } = expected.value;
    this.#names.same('holder', claim.holder, record.holder);
    this.#names.same('operation', operation, record.operationId);
    if (recordState.tag === 'Settled') {
      const { by } = recordState.value as { by: number };
      this.#names.same('answer', by, record.outcome ?? '');
    }
  }

  #arrive(name: string): void {
    const gate = new Gate();
    const engine = new Engine<MemoryTx>({
      store: this.#store.seenBy(gate),
      ports: { ...nodePorts, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    });
    this.#running.set(name, gate);
    const mutation = this.#buy(gate);
    const run =
      name === 'completer' ? engine.complete(id, { policy, resume: mutation }) : engine.run(call, mutation);
    void this.#hear(name, gate, run);
  }

  /** What a call comes to. A crashed process hears nothing. */
  async #hear(name: string, gate: Gate, run: Promise<Settled | null>): Promise<void> {
    // An answer that isn't definite ends the call, and tells nothing.
    const settled = await run.catch(() => null);
    if (this.#running.get(name) !== gate) return;
    if (settled !== null) this.#told.add(textOf(settled.outcome));
    this.#running.delete(name);
  }

  /** As `placeOrder`: reserve, charge, settle. Its answer tells executions apart, as the model's does. */
  #buy(gate: Gate): Mutation<MemoryTx> {
    return async (operation) => {
      const execution = ++this.#executions;
      await operation.transact('reserve', () => Promise.resolve('reserved'));
      const charged = await operation.remote('charge', (attempt) =>
        charge(
          this.#provider.seenBy(gate),
          { intentId: 'pi_1', paymentMethod: 'pm_card', totalMinor: AMOUNT_MINOR, currency: 'EUR' },
          { ...attempt, tries: attempt.tries * TRIES_PER_TRY },
        ),
      );
      return operation.settle((tx) => {
        if (charged.kind !== 'succeeded')
          return Promise.resolve(
            new Refusal('NOT_PAID', { status: 402, title: 'Not paid', detail: `Execution ${execution}.` }),
          );
        tx.put('paid effects', effectsOf((name) => tx.get(name)) + 1);
        return Promise.resolve({ execution });
      });
    };
  }
}

/** The model's state in the same words. */
export function expected({ database, provider, told }: ModelState): Observed {
  return {
    record: database.record.tag === 'Present' ? expectedRecord(database.record.value) : null,
    commitUnderWay: database.open.tag === 'InCommit',
    paidEffects: database.paidEffects,
    charges: provider.charged.length,
    declines: provider.declined.length,
    cancelled: provider.cancelled,
    told: told.length,
  };
}

type PresentRecord = Extract<ModelState['database']['record'], { tag: 'Present' }>['value'];

function expectedRecord({ state, claim, leaseOver }: PresentRecord): Observed['record'] {
  if (state.tag === 'Settled') {
    const { paid } = state.value as { paid: boolean };
    return { state: paid ? 'succeeded' : 'failed', fence: claim.fence, leaseOver: false };
  }
  return { state: state.tag === 'Running' ? 'running' : 'outcome_unknown', fence: claim.fence, leaseOver };
}

export function expectedPositions({ processes }: ModelState): Record<string, string | null> {
  return Object.fromEntries(
    [...processes].map(([name, { phase, claim }]) => {
      // A first holder confirms at once, a later one looks first.
      if (phase.tag === 'Holding') return [name, claim.fence > 1 ? 'retrieve' : 'send'];
      const position = standsAt[phase.tag];
      if (position === undefined) throw new Error(`The replay doesn't know the phase '${phase.tag}'`);
      return [name, position];
    }),
  );
}

/** A one-to-one map between the model's numbers and the engine's texts, for each kind of name. */
class Names {
  readonly #texts = new Map<string, string>();
  readonly #numbers = new Map<string, number>();

  text(kind: string, number: number): string | null {
    return this.#texts.get(`${kind} ${number}`) ?? null;
  }

  same(kind: string, number: number, text: string): void {
    const knownText = this.#texts.get(`${kind} ${number}`) ?? text;
    const knownNumber = this.#numbers.get(`${kind} ${text}`) ?? number;
    if (knownText !== text || knownNumber !== number)
      throw new Error(`${kind} ${number} of the model is '${knownText}', not '${text}'`);
    this.#texts.set(`${kind} ${number}`, text);
    this.#numbers.set(`${kind} ${text}`, number);
  }
}

function gateOf(gate: Gate | null): Gate {
  if (gate === null) throw new Error('The model moves a process that isn’t running here');
  return gate;
}

function isOpenEnded(record: IdempotencyRecord): boolean {
  return record.state === 'running' || record.state === 'outcome_unknown';
}

function textOf(outcome: Outcome): string {
  return outcome.kind === 'void' ? 'void' : outcome.text;
}

/** Everything that can go on has gone on: nothing here waits for a timer. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
