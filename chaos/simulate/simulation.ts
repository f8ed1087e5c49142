import type { EngineEvent } from '../../src/idempotency/index.ts';
import type { CommitLogEntry, DatabaseSnapshot, FinalState, OrderLineRow, RunFacts } from '../final-state.ts';
import type { HistoryEvent } from '../history/event.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { randomStream } from '../random.ts';
import { Customer, checkoutIdOf, emailOf } from './customer.ts';
import { Database } from './database.ts';
import type { CommittedChange } from './database.ts';
import { DrawnFaults, ListedFaults } from './fault.ts';
import type { Fault, FaultSource } from './fault.ts';
import { PATIENT, TRIES_BEFORE_CANCELLING, USUAL_LIMITS, settleLimitMs } from './limits.ts';
import { Machine } from './machine.ts';
import type { Life } from './machine.ts';
import { Network } from './network.ts';
import type { Plan } from './plan.ts';
import { Provider } from './provider.ts';
import { HONEST } from './sabotage/sabotage.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { Scheduler } from './scheduler.ts';
import { CURRENCY, PRODUCTS, tables, totalOf } from './shop.ts';
import type { Upstream } from './tab.ts';
import { serveHttp, servicesOf } from './web-node.ts';
import type { Ground } from './web-node.ts';
import { Worker } from './worker.ts';

/** Every simulation begins shortly before this midnight: what is forgotten is forgotten by the day. */
const MIDNIGHT_MS = Date.UTC(2026, 0, 1);
const NS_PER_MS = 1_000_000;

/** No run comes near it: one that does goes in circles. */
const APPOINTMENTS_MAX = 150_000;
/** Between two reads that must be equal. */
const REST_MS = 1_000;

/** A run, and all that is known of it. */
export interface Simulated {
  readonly plan: Plan;
  readonly history: readonly HistoryEvent[];
  readonly state: FinalState;
  /** The faults that were drawn, as a plan lists them. */
  readonly faults: readonly Fault[];
  /** How often what happened: faults that bit, events of engine and client. */
  readonly met: ReadonlyMap<string, number>;
  /** What went wrong with the simulation itself. */
  readonly trouble: readonly string[];
  readonly virtualMs: number;
  readonly appointments: number;
}

/** Runs a plan. The same plan gives the same run, to the last byte of its history. */
export function simulate(plan: Plan, sabotage: Sabotage = HONEST): Promise<Simulated> {
  return new Simulation(plan, sabotage).run();
}

class Simulation {
  readonly #plan: Plan;
  readonly #scheduler: Scheduler;
  readonly #history: HistoryRecorder;
  readonly #network: Network;
  readonly #database: Database;
  readonly #provider: Provider;
  readonly #nodes: Machine[] = [];
  readonly #customers: Customer[];
  readonly #met = new Map<string, number>();
  readonly #faults: Fault[] = [];
  readonly #trouble: string[] = [];

  constructor(plan: Plan, sabotage: Sabotage) {
    this.#plan = plan;
    const stream = (...name: string[]) => randomStream(plan.seed, ...name);
    const scheduler = new Scheduler(stream('order'));
    this.#scheduler = scheduler;
    const wallStartMs = MIDNIGHT_MS - plan.beforeMidnightMs;
    const wallMs = () => wallStartMs + scheduler.nowMs;
    this.#history = new HistoryRecorder(null, undefined, {
      wallStartMs,
      monoNs: () => scheduler.nowMs * NS_PER_MS,
    });
    const onMet = (what: string) => this.#meet(what);
    this.#network = new Network({
      scheduler,
      latencies: plan.latencies,
      faults: this.#faultSource(),
      stream: (name) => stream('latency', name),
      onFault: ({ kind, at, ms }, link, phase) =>
        void this.#history[phase]({ fault: kind, target: at, value: { link, ms } }),
      onMet,
    });
    this.#database = new Database({ scheduler, limits: plan.limits, wallMs, onMet });
    this.#provider = new Provider({
      scheduler,
      strict: plan.layers.strictProvider,
      ...plan.provider,
      wallMs,
      onMet,
    });
    const ground: Ground = {
      scheduler,
      network: this.#network,
      database: this.#database,
      provider: this.#provider,
      limits: plan.limits,
      layers: plan.layers,
      sabotage,
      wallMs,
      onMet,
      onEngineEvent: (life, event) => this.#onEngineEvent(life, event),
    };
    const upstreams = this.#startNodes(ground);
    this.#customers = plan.customers.map(
      (planned) =>
        new Customer({
          plan,
          planned,
          ground,
          history: this.#history,
          upstreams,
          onClientEvent: ({ type }) => this.#meet(`client: ${type}`),
          other: (name) => this.#customers.find((customer) => customer.planned.name === name) ?? null,
        }),
    );
  }

  async run(): Promise<Simulated> {
    const { limits } = this.#plan;
    await this.#prepare();

    this.#history.phase('workload');
    const early = this.#customers.filter(({ planned }) => planned.startMs !== null);
    await this.#untilDone(early.map((customer) => this.#playFrom(customer, customer.planned.startMs ?? 0)));

    this.#history.phase('healing');
    this.#network.heal();
    this.#database.heal();
    this.#history.phase('healed');
    const healedMs = this.#scheduler.nowMs;

    const late = this.#customers.filter(({ planned }) => planned.startMs === null);
    const unknown = early.filter((customer) => !customer.knows);
    const returning = unknown.filter(({ planned }) => planned.comesBack);
    await this.#untilDone([
      ...late.map((customer) => customer.playAfterHealing()),
      ...returning.map((customer) => customer.comeBack()),
    ]);

    const settleMs = settleLimitMs(limits, this.#plan.provider.slowMs);
    const backMs = this.#scheduler.nowMs;
    const settled = await this.#until(() => this.#isSettled() || this.#scheduler.nowMs > backMs + settleMs);
    const settledAfterMs = settled && this.#isSettled() ? this.#scheduler.nowMs - backMs : null;
    if (settledAfterMs !== null) this.#history.phase('settled', { settledAfterMs, healedMs });
    const before = JSON.stringify(this.#snapshot());

    // Those who never came back may ask, and must be told the truth.
    const abandoned = unknown.filter(({ planned }) => !planned.comesBack);
    await this.#untilDone(abandoned.map((customer) => customer.askInTheEnd()));
    await this.#untilDone([this.#pause(REST_MS)]);

    for (const node of this.#nodes) node.kill();
    this.#history.phase('stopped');
    const database = this.#snapshot();
    const facts: RunFacts = {
      limits: {
        attemptMs: Math.max(limits.attemptTimeoutMs, PATIENT.attemptTimeoutMs),
        // A key whose time was refused is replaced once, and then the budget begins anew.
        callMs:
          Math.max(limits.totalBudgetMs, PATIENT.totalBudgetMs) +
          2 * Math.max(limits.attemptTimeoutMs, PATIENT.attemptTimeoutMs),
        attemptsPerCall: Math.max(limits.maxAttempts, PATIENT.maxAttempts) + 1,
        settleMs,
      },
      settledAfterMs,
      harnessStallMs: 0,
      twoEqualReads: JSON.stringify(database) === before,
    };
    this.#history.phase('end');
    return {
      plan: this.#plan,
      history: this.#history.events,
      state: {
        database,
        ledger: this.#provider.ledger,
        requests: [...this.#provider.requests],
        openAtProvider: this.#provider.open,
        commitLog: this.#database.changes.flatMap(commitLogEntry),
        intents: this.#customers.map(({ intent }) => ({
          ...intent,
          planted: [...intent.planted, ...this.#plantedByFaults(intent.nonce)],
        })),
        evidence: Object.fromEntries(this.#met),
        facts,
      },
      faults: this.#faults,
      met: this.#met,
      trouble: this.#trouble,
      virtualMs: this.#scheduler.nowMs,
      appointments: this.#scheduler.kept,
    };
  }

  #faultSource(): FaultSource {
    const plan = this.#plan;
    const source: FaultSource =
      'chance' in plan.faults
        ? new DrawnFaults(plan.faults, (name) => randomStream(plan.seed, 'fault', name))
        : new ListedFaults(plan.faults);
    return {
      next: (exchange) => {
        const fault = source.next(exchange);
        if (fault !== null) this.#faults.push(fault);
        return fault;
      },
    };
  }

  #startNodes(ground: Ground): Upstream[] {
    const { webNodes, workers, nodeSkewsMs } = this.#plan;
    const { scheduler } = ground;
    const upstreams = Array.from({ length: webNodes }, (_, index): Upstream => {
      const skewMs = nodeSkewsMs[index] ?? 0;
      let services: ReturnType<typeof servicesOf>;
      const machine = new Machine({
        name: `web-${index + 1}`,
        skewMs,
        scheduler,
        onStart: (life) => {
          services = servicesOf(life, ground);
        },
      });
      this.#nodes.push(machine);
      return { machine, serve: (request) => serveHttp(request, services, ground.wallMs() + skewMs) };
    });
    for (let number = 1; number <= workers; number++) {
      this.#nodes.push(
        new Machine({
          name: `worker-${number}`,
          skewMs: nodeSkewsMs[webNodes + number - 1] ?? 0,
          scheduler,
          onStart: (life) => new Worker(life, servicesOf(life, ground), ground.limits).start(),
        }),
      );
    }
    return upstreams;
  }

  /** Every customer stands before the button: the checkout is there, its payment opened. */
  async #prepare(): Promise<void> {
    const { stock } = this.#plan;
    for (const sku of Object.keys(PRODUCTS))
      await this.#database.seed(tables.stock.row(sku), {
        sku,
        initial: stock,
        available: stock,
        reserved: 0,
        sold: 0,
      });
    for (const { planned } of this.#customers) {
      const checkoutId = checkoutIdOf(planned);
      const totalMinor = totalOf(planned.lines);
      const { intent } = await this.#provider.answer(
        {
          action: 'open',
          intentId: null,
          amountMinor: totalMinor,
          currency: CURRENCY,
          idempotencyKey: `${checkoutId}:1:${totalMinor}`,
        },
        null,
      );
      await this.#database.seed(tables.checkout.row(checkoutId), {
        checkoutId,
        customerId: planned.name,
        status: 'open',
        version: 1,
        email: emailOf(planned),
        totalMinor,
        currency: CURRENCY,
        paymentIntentId: intent?.id ?? null,
        lines: planned.lines,
        paymentNumber: 1,
      });
    }
  }

  async #playFrom(customer: Customer, delayMs: number): Promise<void> {
    await this.#pause(delayMs);
    await customer.play();
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#scheduler.after(ms, resolve);
    return promise;
  }

  async #untilDone(works: readonly Promise<void>[]): Promise<void> {
    let open = works.length;
    for (const work of works)
      void work
        .catch((error: unknown) => {
          this.#trouble.push(`the simulation broke: ${error instanceof Error ? error.stack : String(error)}`);
        })
        .finally(() => {
          open -= 1;
        });
    await this.#until(() => open === 0);
  }

  /** @returns false when it came to nothing */
  async #until(isOver: () => boolean): Promise<boolean> {
    const left = APPOINTMENTS_MAX - this.#scheduler.kept;
    const stop = await this.#scheduler.run(isOver, Math.max(0, left));
    if (stop !== 'over')
      this.#trouble.push(stop === 'idle' ? 'everybody waits for ever' : 'it goes in circles');
    return stop === 'over';
  }

  /** Nothing is open anywhere, and nothing is on its way. */
  #isSettled(): boolean {
    if (this.#network.underWay > 0 || this.#database.open > 0 || this.#provider.open > 0) return false;
    return this.#database.store.records().every(({ settledAt }) => settledAt !== null);
  }

  #snapshot(): DatabaseSnapshot {
    const database = this.#database;
    const orders = database.rows(tables.orders);
    return {
      orders,
      orderLines: orders.flatMap(({ lines }): readonly OrderLineRow[] => lines),
      payments: database.rows(tables.payment),
      checkouts: database.rows(tables.checkout),
      stock: database.rows(tables.stock),
      reservations: database.rows(tables.reservation),
      records: database.everyRecord().map((record) => ({
        key: record.key,
        scope: record.scope,
        procedure: record.procedure,
        operationId: record.operationId,
        state: record.state,
        fence: record.fence,
        holder: record.holder,
        tries: record.tries,
        outcome: record.outcome,
        createdAt: record.createdAt.toISOString(),
        settledAt: record.settledAt?.toISOString() ?? null,
      })),
      outbox: database.rows(tables.outbox),
    };
  }

  /**
   * The shop cancels a payment that it couldn't finish in a dozen tries, and the checkout then needs a new
   * one. That is justified where the run made so many tries fail, or the provider keep an error for ever, or
   * a lease so short that whoever works is overtaken again and again.
   */
  #plantedByFaults(nonce: string): ('cancelled-payment' | 'unprepared-payment')[] {
    const justified =
      this.#plan.provider.slowMs > 0 ||
      this.#plan.limits.leaseMs < USUAL_LIMITS.leaseMs ||
      this.#faults.length >= TRIES_BEFORE_CANCELLING ||
      this.#faults.some(({ kind }) => kind === 'provider-error');
    const payments = this.#database.rows(tables.payment);
    const wasCancelled = payments.some(
      ({ failureCode, paymentMethod }) =>
        failureCode === 'PAYMENT_CANCELLED' && paymentMethod.endsWith(`_${nonce}`),
    );
    return justified && wasCancelled ? ['cancelled-payment', 'unprepared-payment'] : [];
  }

  #onEngineEvent(_life: Life, event: EngineEvent): void {
    switch (event.type) {
      case 'settled':
        return this.#meet(`engine: settled ${event.state}`);
      case 'answered':
        return this.#meet(`engine: ${event.code ?? event.decision}`);
      case 'taken_over':
        return this.#meet(`engine: taken over by ${event.by}`);
      case 'released':
        return this.#meet(`engine: released as ${event.as}`);
      case 'closed':
        return this.#meet(`engine: closed, ${event.state}`);
      default:
        return this.#meet(`engine: ${event.type}`);
    }
  }

  #meet(what: string): void {
    this.#met.set(what, (this.#met.get(what) ?? 0) + 1);
  }
}

/** A committed change as logical decoding would tell it, for the tables that the checkers read. */
function commitLogEntry({ number, atMs, name, before, after }: CommittedChange): CommitLogEntry[] {
  const table = name.slice(0, name.indexOf('/'));
  const columns = COLUMNS_OF[table];
  if (columns === undefined) return [];
  const textOf = (row: unknown) =>
    row === null
      ? null
      : Object.fromEntries(
          Object.entries(columns).map(([column, field]) => [
            column,
            String((row as Record<string, unknown>)[field]),
          ]),
        );
  return [
    {
      lsn: String(number),
      xid: number,
      commitMs: atMs,
      table,
      op: before === null ? 'insert' : 'update',
      old: textOf(before),
      new: textOf(after),
    },
  ];
}

const COLUMNS_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: { order_id: 'orderId', status: 'status' },
  payment: { payment_id: 'paymentId', status: 'status' },
  stock: { sku: 'sku', initial: 'initial', available: 'available', reserved: 'reserved', sold: 'sold' },
};
