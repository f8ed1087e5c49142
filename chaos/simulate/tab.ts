import {
  checkOutcome,
  closeAttempt,
  createKeyedClient,
  createOpenClient,
  outcomeOf,
  resumePending,
  ServerClock,
} from '../../src/client/index.ts';
import type {
  AttemptOutcome,
  AttemptStore,
  ClientEvent,
  Clock,
  KeyedClient,
  OpenClient,
  PendingAttempt,
} from '../../src/client/index.ts';
import { recordPurchase } from '../clients/purchase.ts';
import type { PayEnd } from '../clients/shopper.ts';
import { ACCEPT } from '../clients/shop-answers.ts';
import { classifyAnswer, hashOf } from '../history/answer.ts';
import type { OperationEvent, OperationName } from '../history/event.ts';
import type { CompletionDetails, HistoryRecorder } from '../history/recorder.ts';
import { asPlacedOrder } from '../history/value.ts';
import type { PlacedOrder, PurchaseAsk } from '../history/value.ts';
import type { RandomStream } from '../random.ts';
import { PLACE_ORDER } from './api.ts';
import type { SimulatedRouter } from './api.ts';
import type { Device } from './device.ts';
import type { FaultKind } from './fault.ts';
import { never } from './machine.ts';
import type { Life, Machine } from './machine.ts';
import { LinkError } from './network.ts';
import type { Offer } from './shop.ts';
import type { Ground, HttpAnswer, HttpRequest } from './web-node.ts';

/** A web node, as the load balancer in front of it has it. */
export interface Upstream {
  readonly machine: Machine;
  serve(request: HttpRequest): Promise<HttpAnswer>;
}

export interface TabOptions {
  readonly ground: Ground;
  readonly life: Life;
  readonly device: Device;
  /** Not the first page that its browser shows. */
  readonly reloaded: boolean;
  readonly customer: string;
  readonly nonce: string;
  readonly email: string;
  readonly history: HistoryRecorder;
  readonly limits: TabLimits;
  readonly upstreams: readonly Upstream[];
  readonly homeNode: number;
  readonly stream: (purpose: string) => RandomStream;
  readonly onClientEvent: (event: ClientEvent) => void;
}

export interface TabLimits {
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly totalBudgetMs: number;
  readonly clientBackoffBaseMs: number;
  readonly clientBackoffCapMs: number;
}

/** What the wire can't see of a request: on whose behalf it is sent. */
interface Purpose {
  readonly call?: OperationEvent;
  readonly key?: string;
  readonly ask?: PurchaseAsk;
}

const NAME_OF: Readonly<Record<string, OperationName>> = {
  [PLACE_ORDER]: 'placeOrder',
  'operations.outcome': 'outcome',
  'operations.close': 'close',
  'orders.list': 'listOrders',
};

/** A shop that is away for as long as any fault lasts is waited for; not one that never comes back. */
const LOADS_MAX = 40;
const RELOAD_AFTER_MS = 5_000;
/** For a page: the browser's own, not the client's. */
const BROWSER_PATIENCE_MS = 30_000;

const ENDPOINT = '/api/trpc';
const SHOP = 'http://shop.invalid';

/**
 * One page of the shop in a customer's browser: the shop's own client links, on a fetch that is the
 * simulated network and a clock that is the scheduler's. What goes over the wire is written into the
 * history, beneath the links.
 *
 * When the page goes, whatever it was doing never goes on; what its browser stores stays.
 */
export class Tab {
  readonly #options: TabOptions;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;
  readonly #store: AttemptStore;
  readonly #gone = Promise.withResolvers<PayEnd>();
  #requests = 0;

  constructor(options: TabOptions) {
    this.#options = options;
    const { ground, life, device, reloaded } = options;
    this.#clock = {
      now: () => ground.wallMs() + life.machine.skewMs,
      elapsedMs: () => ground.scheduler.nowMs,
      schedule: (delayMs, work) => life.after(delayMs, work),
    };
    this.#serverClock = new ServerClock(this.#clock);
    const store = device.attemptStore();
    this.#store = ground.sabotage.attemptStore?.(store, reloaded) ?? store;
    life.onDeath(() => this.#gone.resolve({ type: 'unknown', why: 'tab_closed' }));
  }

  /** The attempt that its browser still holds. */
  get pending(): PendingAttempt | null {
    return this.#store.list(this.#options.customer)[0] ?? null;
  }

  /** Closes the page, whatever it was doing. */
  close(): void {
    this.#options.life.machine.kill();
  }

  pay(ask: PurchaseAsk, maxAttempts?: number): Promise<PayEnd> {
    const { checkoutId, version, paymentMethod } = ask;
    return this.#purchase(ask, (call) =>
      outcomeOf(
        this.#keyedClient({ call, ask }, maxAttempts).checkout.placeOrder.mutate({
          checkoutId,
          version,
          paymentMethod,
        }),
      ),
    );
  }

  /** What a page does when it is loaded: goes on with what is pending. Null if nothing is. */
  async resume(askOf: (attempt: PendingAttempt) => PurchaseAsk): Promise<PayEnd | null> {
    const { pending } = this;
    if (pending === null) return null;
    const ask = askOf(pending);
    return this.#purchase(ask, (call) => {
      const [resumed] = resumePending(this.#keyedClient({ call, ask }), {
        customer: this.#options.customer,
        store: this.#store,
        procedure: PLACE_ORDER,
      });
      return resumed?.outcome ?? never();
    });
  }

  /** Asks what became of a key, without sending anything again. */
  async ask(attempt: PendingAttempt): Promise<AttemptOutcome<PlacedOrder>> {
    const client = this.#openClient({ key: attempt.key });
    const outcome = await this.#unlessGone(
      checkOutcome(client, attempt, { store: this.#store, acknowledgement }),
    );
    this.#options.ground.sabotage.asked?.(outcome, attempt, this.#store);
    return outcome;
  }

  /** Makes sure that nothing will come of a key any more, if nothing has. */
  closeKey(attempt: PendingAttempt): Promise<AttemptOutcome<PlacedOrder>> {
    return this.#unlessGone(
      closeAttempt(this.#openClient({ key: attempt.key }), attempt, { store: this.#store, acknowledgement }),
    );
  }

  /** @returns null where it couldn't be changed, or nobody knows whether it was */
  async changeLines(
    checkoutId: string,
    lines: readonly { sku: string; quantity: number }[],
  ): Promise<Offer | null> {
    const change = this.#openClient({}).checkout.change.mutate({ checkoutId, lines: [...lines] });
    return this.#unlessGone(change.catch(() => null));
  }

  /** Loads the page, again and again until it is there. */
  async load(): Promise<void> {
    for (let tries = 1; tries < LOADS_MAX; tries++) {
      if (await this.listOrders()) return;
      await this.#options.life.sleep(RELOAD_AFTER_MS);
    }
  }

  /** @returns whether an answer came */
  listOrders(): Promise<boolean> {
    const list = this.#openClient({}, BROWSER_PATIENCE_MS).orders.list.query();
    return this.#unlessGone(
      list.then(
        () => true,
        () => false,
      ),
    );
  }

  /** One request by hand, past all links: what a client with a bug sends. */
  async sendByHand(key: string, ask: PurchaseAsk): Promise<void> {
    const { checkoutId, version, paymentMethod } = ask;
    const limit = new AbortController();
    const { attemptTimeoutMs } = this.#options.limits;
    const callOff = this.#clock.schedule(attemptTimeoutMs, () => limit.abort());
    await this.#fetch({ key, ask }, `${SHOP}${ENDPOINT}/${PLACE_ORDER}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ checkoutId, version, paymentMethod }),
      signal: limit.signal,
    }).catch(() => undefined);
    callOff();
  }

  #purchase(
    ask: PurchaseAsk,
    make: (call: OperationEvent) => Promise<AttemptOutcome<PlacedOrder>>,
  ): Promise<PayEnd> {
    const { history, nonce, life } = this.#options;
    return recordPurchase(history, { process: life.machine.name, intent: nonce, ask }, (call) =>
      Promise.race([this.#gone.promise, make(call).then((outcome) => this.#endOf(outcome))]),
    );
  }

  #endOf(outcome: AttemptOutcome<PlacedOrder>): PayEnd {
    switch (outcome.kind) {
      case 'succeeded':
        return { type: 'ok', order: outcome.result };
      case 'refused':
        return { type: 'refused', code: outcome.refusal.code };
      case 'closed':
        return { type: 'refused', code: 'OPERATION_CLOSED' };
      case 'unknown':
        return { type: 'unknown', why: outcome.why.refusal?.code ?? 'answer_lost' };
      case 'blocked':
        return { type: 'unknown', why: 'blocked' };
      case 'not-sent':
        return { type: 'unknown', why: 'not_sent' };
      default:
        return outcome satisfies never;
    }
  }

  #keyedClient(purpose: Purpose, maxAttempts?: number): KeyedClient<SimulatedRouter> {
    const { stream, customer } = this.#options;
    const keys = stream('keys');
    return createKeyedClient<SimulatedRouter>({
      ...this.#common(purpose, maxAttempts),
      randomBytes: (count: number) => Uint8Array.from({ length: count }, () => keys.integer(0, 255)),
      customer,
      store: this.#store,
      procedures: { [PLACE_ORDER]: { intentOf: ({ checkoutId }) => checkoutId, acknowledgement } },
    });
  }

  #openClient(purpose: Purpose, attemptTimeoutMs?: number): OpenClient<SimulatedRouter> {
    const common = this.#common(purpose);
    if (attemptTimeoutMs === undefined) return createOpenClient<SimulatedRouter>(common);
    const limits = { ...common.limits, attemptTimeoutMs, totalBudgetMs: attemptTimeoutMs };
    return createOpenClient<SimulatedRouter>({ ...common, limits });
  }

  #common(purpose: Purpose, maxAttempts?: number) {
    const { limits, stream, onClientEvent } = this.#options;
    const jitter = stream('jitter');
    return {
      url: `${SHOP}${ENDPOINT}`,
      limits: {
        attemptTimeoutMs: limits.attemptTimeoutMs,
        maxAttempts: maxAttempts ?? limits.maxAttempts,
        totalBudgetMs: limits.totalBudgetMs,
        backoffBaseMs: limits.clientBackoffBaseMs,
        backoffCapMs: limits.clientBackoffCapMs,
      },
      clock: this.#clock,
      serverClock: this.#serverClock,
      random: () => jitter.number(),
      fetch: (url: string, init: RequestInit) => this.#fetch(purpose, url, init),
      onEvent: onClientEvent,
    };
  }

  /** A browser's fetch, and a line in the history for each of its two ends. */
  async #fetch(purpose: Purpose, url: string, init: RequestInit): Promise<Response> {
    const { ground, life, device, customer, nonce, history } = this.#options;
    const { pathname, search } = new URL(url);
    const procedure = pathname.slice(ENDPOINT.length + 1);
    const f = NAME_OF[procedure] ?? 'prepare';
    const headers = Object.fromEntries(new Headers(init.headers));
    const honest: HttpRequest = {
      path: `${pathname}${search}`,
      method: init.method ?? 'GET',
      headers: { ...headers, cookie: `customer=${customer}` },
      body: typeof init.body === 'string' ? init.body : undefined,
    };
    const request = ground.sabotage.request?.(honest, ground) ?? honest;
    const key = request.headers['idempotency-key'] ?? purpose.key ?? null;
    const attempt = Number(headers['x-attempt'] ?? 1);
    const { pending } = this;
    if (pending !== null && pending.key === key) device.lastAttempt = pending;

    const invoke = history.invoke({
      process: life.machine.name,
      f,
      key,
      intent: nonce,
      attempt,
      payloadHash: request.body === undefined ? null : hashOf(request.body),
      value: f === 'placeOrder' ? (purpose.ask ?? null) : f === 'prepare' ? { step: procedure } : null,
      call: purpose.call?.index ?? null,
    });
    const complete = (details: CompletionDetails) => void history.complete(invoke, details);
    // A page that goes takes its connections along.
    const stayed = life.onDeath(() => complete({ type: 'info', errorClass: 'tab_closed' }));
    try {
      const answer = await this.#send(procedure, request, init.signal ?? undefined);
      complete(
        classifyAnswer(
          {
            httpStatus: answer.status,
            replayed:
              new Headers(answer.headers.map(([name, value]) => [name, value])).get('idempotent-replayed') ===
              'true',
            body: new TextEncoder().encode(answer.body),
            complete: answer.complete,
          },
          ACCEPT[procedure] ?? asOffer,
        ),
      );
      return responseOf(answer);
    } catch (error) {
      complete({ type: 'info', errorClass: init.signal?.aborted === true ? 'timeout' : 'network' });
      throw error;
    } finally {
      stayed();
    }
  }

  async #send(procedure: string, request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const { ground, life, upstreams, homeNode } = this.#options;
    const upstream = upstreams[(homeNode - 1 + this.#requests++) % upstreams.length];
    if (upstream === undefined) throw new Error('Bug: a shop without web nodes');
    try {
      return await ground.network.exchange({
        from: life,
        link: 'edge',
        to: upstream.machine.name,
        what: procedure,
        receiver: () => upstream.machine.life,
        serve: () => upstream.serve(request),
        spoil,
        signal,
      });
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      if (error.why === 'aborted') throw new DOMException('The operation was aborted', 'AbortError');
      throw new TypeError('fetch failed', { cause: error });
    }
  }

  /** Whoever closes the page hears no more of it. */
  #unlessGone<R>(work: Promise<R>): Promise<R> {
    return this.#options.life.dead ? never() : work;
  }
}

/** What a fault makes of an answer on its way. */
function spoil(answer: HttpAnswer, kind: FaultKind): HttpAnswer {
  switch (kind) {
    case 'answer-cut':
      return { ...answer, body: answer.body.slice(0, answer.body.length / 2), complete: false };
    case 'answer-emptied':
      return { status: 200, headers: [], body: '', complete: false };
    case 'bad-gateway':
      return {
        status: 502,
        headers: [
          ['content-type', 'text/html'],
          ['content-length', '20'],
        ],
        body: '<h1>Bad gateway</h1>',
        complete: true,
      };
    default:
      return answer;
  }
}

/** As a browser hands it to the page. Chromium resolves a truncated header, and rejects a truncated body. */
function responseOf({ status, headers, body, complete }: HttpAnswer): Response {
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  if (complete || body === '') return new Response(body, init);
  const cut = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body));
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
    },
  });
  return new Response(cut, init);
}

/** Any JSON object: an answer on which nothing is judged. */
function asOffer(data: unknown): unknown {
  return typeof data === 'object' ? data : null;
}

/** The harness's own schema in the place of the page's. */
const acknowledgement = {
  safeParse(value: unknown): { success: true; data: PlacedOrder } | { success: false; error: unknown } {
    const order = asPlacedOrder(value);
    return order === null
      ? { success: false, error: new Error('no placed order') }
      : { success: true, data: order };
  },
};
