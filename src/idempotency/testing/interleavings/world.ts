import {
  Engine,
  fingerprints,
  IdempotencyError,
  parseKey,
  ReplayCache,
  StoreUnavailable,
  TransactionAborted,
  type Call,
  type Mutation,
  type Policy,
  type RecordId,
  type Settled,
} from '../../core/index.ts';
import { nodePorts } from '../../node-ports.ts';
import { makeKey } from '../keys.ts';
import { FaultyStore } from './faulty-store.ts';
import type { Ground } from './ground.ts';
import { Provider } from './provider.ts';
import { purchase, type PurchaseKind } from './purchase.ts';
import { SimulatedProcess, type Granularity } from './simulated-process.ts';
import type { Turns } from './turns.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const worldPolicy: Policy = {
  version: 1,
  windowBackMs: 72 * 3_600_000,
  windowAheadMs: 5 * 60_000,
  leaseMs: 60,
  renewalDeadlineMs: 1_000,
  // Longer than a lease: a caller that joined a dead holder takes over.
  joinMs: 200,
  // More than any schedule's faults: giving up is another test's business.
  maxTries: 1_000,
  backoffBaseMs: 1,
  backoffCapMs: 20,
  storedRefusals: ['DECLINED'],
  retryAdvice: '',
  compensation: '',
};

export interface CallerPlan {
  readonly payload: string;
  /** How often it calls again after an answer that says it may. */
  readonly retries: number;
  /** Callers of one node share its engine, and die with it. By default each has its own. */
  readonly node?: number;
}

export interface WorldPlan {
  readonly kind: PurchaseKind;
  readonly callers: readonly CallerPlan[];
  /** How often the completer looks for abandoned operations. */
  readonly completerRounds: number;
  readonly declines?: boolean;
  /** Whether someone closes the key. */
  readonly closes?: boolean;
  readonly granularity: Granularity;
}

/** How long a record is kept beyond its window. */
const GRACE_MS = 24 * 3_600_000;

/** What a caller was told. */
export type Answer = { readonly who: string; readonly payload: string | null } & (
  | { readonly operationId: string | null; readonly state: string; readonly text: string | null }
  | { readonly code: string; readonly error: IdempotencyError }
);

export interface WorldOptions<Tx> {
  readonly plan: WorldPlan;
  readonly ground: Ground<Tx>;
  readonly clock: VirtualClock;
  readonly turns: Turns;
  /** By default a new one. */
  readonly key?: string;
  readonly policy?: Policy;
  readonly onObservation?: (who: string, what: string) => void;
}

interface Node<Tx> {
  readonly process: SimulatedProcess;
  readonly engine: Engine<Tx>;
  readonly mutation: Mutation<Tx>;
  /** Says that a new attempt begins. */
  readonly begin: () => void;
}

/** Processes around one key in one store: callers, a completer, perhaps someone who closes it. */
export class World<Tx> {
  readonly answers: Answer[] = [];
  /** What was seen to be wrong on the way. */
  readonly violations: string[] = [];
  readonly provider: Provider;
  readonly waiting: string[] = [];
  /** How often something happened: a property whose case never came up shows nothing. */
  readonly met = new Map<string, number>();
  readonly payloadOf = new Map<string, string>();
  readonly #options: WorldOptions<Tx>;
  readonly #key: string;
  readonly #actors = new Map<SimulatedProcess, number>();
  #healers = 0;
  #forgetters = 0;

  constructor(options: WorldOptions<Tx>) {
    this.#options = options;
    this.provider = new Provider({ declines: options.plan.declines ?? false });
    this.#key = options.key ?? makeKey(options.clock.nowMs);
  }

  get plan(): WorldPlan {
    return this.#options.plan;
  }

  get policy(): Policy {
    return this.#options.policy ?? worldPolicy;
  }

  get id(): RecordId {
    return { key: this.#key, scope: 'customer', procedure: 'purchase' };
  }

  /** Processes that came to their end, and those that died. What they knew matters no more. */
  get gone(): readonly string[] {
    return [...this.#actors]
      .filter(([process, acting]) => process.dead || acting === 0)
      .map(([{ name }]) => name);
  }

  /** Processes that came to their end. */
  get ended(): readonly string[] {
    return [...this.#actors]
      .filter(([process, acting]) => !process.dead && acting === 0)
      .map(([{ name }]) => name);
  }

  /** Processes that neither ended nor died. When nothing can go on there should be none. */
  get unfinished(): readonly string[] {
    const gone = new Set(this.gone);
    return [...this.#actors.keys()].map(({ name }) => name).filter((name) => !gone.has(name));
  }

  start(): void {
    const { callers, completerRounds, closes } = this.#options.plan;
    const nodes = Map.groupBy(callers.entries(), ([index, caller]) => caller.node ?? index);
    for (const [number, on] of nodes) {
      const node = this.#node(`node ${number}`, on.length === 1);
      for (const [index, caller] of on) void this.#act(node.process, this.#caller(node, index, caller));
    }
    if (completerRounds > 0) this.#startCompleter('completer', completerRounds);
    if (closes) {
      const node = this.#node('closer', false);
      void this.#act(node.process, this.#closer(node));
    }
  }

  /** Window and grace in which nothing of the key is forgotten. */
  get keysOlderThanMs(): number {
    return this.policy.windowBackMs + GRACE_MS;
  }

  /** One more process that forgets. */
  forget(rounds: number): void {
    const { process } = this.#node(`forgetter ${++this.#forgetters}`, false);
    void this.#act(process, this.#forgetter(process, rounds));
  }

  /** One more completer, once the faults are over. */
  heal(): void {
    this.#startCompleter(`healer ${++this.#healers}`, 1);
  }

  #node(name: string, alone: boolean): Node<Tx> {
    const { clock, turns, ground, plan, onObservation } = this.#options;
    const process = new SimulatedProcess({
      name,
      clock,
      turns,
      granularity: plan.granularity,
      ...(onObservation && { onObservation }),
    });
    /** Tokens from here on belong to the attempt that runs now. */
    const attempt = { firstToken: 1, lockTimedOut: false };
    const store = new FaultyStore<Tx>({
      store: ground.store,
      process,
      waiting: this.waiting,
      onLockTimeout: () => {
        this.#meet('lock timeout');
        attempt.lockTimedOut = true;
      },
      onRead: ({ record, now }) => {
        const [holder, token] = record?.holder.split('.') ?? [];
        // Of a key whose window is over nobody waits for anything.
        const key = parseKey(this.#key);
        const over = key.kind === 'valid' && now.getTime() - key.madeAtMs > this.policy.windowBackMs;
        const own = !over && alone && holder === name && Number(token) >= attempt.firstToken;
        // After its lock timed out it may well be its own open COMMIT that it stands behind.
        if (own && record?.state === 'running' && record.leaseUntil > now && !attempt.lockTimedOut)
          this.violations.push(`${name} waits for a lease of its own to run out`);
      },
    });
    let executions = 0;
    return {
      process,
      engine: new Engine<Tx>({
        store,
        ports: process.ports,
        replayCache: new ReplayCache({ maxBytes: 10_000 }),
        onEvent: (event) => this.#meet(event.type === 'answered' ? event.decision : event.type),
      }),
      mutation: purchase(plan.kind, {
        ground,
        provider: this.provider,
        process,
        execution: () => ++executions,
      }),
      begin: () => {
        attempt.firstToken = process.tokens + 1;
        attempt.lockTimedOut = false;
      },
    };
  }

  /** Whoever dies never ends; so what is awaited here may stay for ever. */
  async #act(process: SimulatedProcess, work: Promise<void>): Promise<void> {
    this.#actors.set(process, (this.#actors.get(process) ?? 0) + 1);
    try {
      await work;
    } catch (error) {
      this.violations.push(`${process.name}: ${String(error)}`);
    }
    this.#actors.set(process, (this.#actors.get(process) ?? 0) - 1);
  }

  async #caller(node: Node<Tx>, index: number, plan: CallerPlan): Promise<void> {
    const who = `caller ${index}`;
    const call = this.#call(plan.payload);
    for (let attempt = 0; attempt <= plan.retries; attempt++) {
      await node.process.fineTurn(`${who} calls`);
      node.begin();
      try {
        this.#answered(who, plan.payload, await node.engine.run(call, node.mutation));
        return;
      } catch (error) {
        if (!(error instanceof IdempotencyError)) throw error;
        this.answers.push({ who, payload: plan.payload, code: error.code, error });
        await node.process.ports.sleep(error.retryAfterMs ?? 1);
      }
    }
  }

  #startCompleter(name: string, rounds: number): void {
    const node = this.#node(name, false);
    void this.#act(node.process, this.#completer(node, rounds));
  }

  async #completer(node: Node<Tx>, rounds: number): Promise<void> {
    const { policy } = this;
    for (let round = 1; round <= rounds; round++) {
      try {
        for (const id of await node.engine.abandoned(10)) {
          const settled = await node.engine.complete(id, { policy, resume: node.mutation });
          if (settled) this.#answered(node.process.name, null, settled);
        }
      } catch (error) {
        if (error instanceof IdempotencyError)
          this.answers.push({ who: node.process.name, payload: null, code: error.code, error });
        else if (!(error instanceof StoreUnavailable) && !(error instanceof TransactionAborted)) throw error;
      }
      if (round < rounds) await node.process.ports.sleep(policy.leaseMs / 2);
    }
  }

  async #forgetter(process: SimulatedProcess, rounds: number): Promise<void> {
    for (let round = 1; round <= rounds; round++) {
      try {
        const { forgotten, kept } = await this.#options.ground.forget(process, this.keysOlderThanMs);
        if (forgotten > 0) this.#meet('forgotten');
        if (kept > 0) this.#meet('kept');
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
      if (round < rounds) await process.ports.sleep(this.policy.leaseMs / 2);
    }
  }

  async #closer(node: Node<Tx>): Promise<void> {
    await node.process.fineTurn('closes');
    const who = node.process.name;
    try {
      const { definite, state, operationId, outcome } = await node.engine.close(this.#call('closed'));
      const text = outcome && 'text' in outcome ? outcome.text : null;
      if (definite) this.answers.push({ who, payload: null, operationId, state, text });
    } catch (error) {
      if (!(error instanceof IdempotencyError)) throw error;
      this.answers.push({ who, payload: null, code: error.code, error });
    }
  }

  #meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  #answered(who: string, payload: string | null, { outcome, operationId }: Settled): void {
    const text = 'text' in outcome ? outcome.text : null;
    this.answers.push({ who, payload, operationId, state: outcome.kind, text });
  }

  #call(payload: string): Call {
    const { policy } = this;
    const body = { payload };
    const prints = fingerprints(nodePorts, policy, body, body);
    this.payloadOf.set(prints.get(policy.version) ?? '', payload);
    return {
      ...this.id,
      key: parseKey(this.#key),
      principal: 'customer',
      policy,
      fingerprints: prints,
      input: JSON.stringify(body),
    };
  }
}
