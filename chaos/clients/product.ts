import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '../../src/api/app-router.ts';
import {
  checkOutcome,
  closeAttempt,
  createKeyedClient,
  createOpenClient,
  MemoryAttemptStore,
  outcomeOf,
  resumePending,
  ServerClock,
  systemClock,
} from '../../src/client/index.ts';
import type { AttemptOutcome, Clock, Fetch, KeyedClient, PendingAttempt } from '../../src/client/index.ts';
import type { OperationEvent, OperationName } from '../history/event.ts';
import { asPlacedOrder } from '../history/value.ts';
import type { OutcomeSeen, PlacedOrder } from '../history/value.ts';
import { askOf, detailsOf, processOf } from './customer.ts';
import { CookieJar } from './cookie-jar.ts';
import { recordPurchase } from './purchase.ts';
import { ACCEPT, asOffer } from './shop-answers.ts';
import type { Offer } from './shop-answers.ts';
import { PREPARE_LIMIT_MS } from './shopper.ts';
import type { PayEnd, PayOptions, Shopper, ShopperOptions } from './shopper.ts';
import { exchange } from './wire.ts';

const PLACE_ORDER = 'checkout.placeOrder';

/** The client's own address for the shop. Which node it is, the route says, request by request. */
const SHOP = 'http://shop.invalid';

/** What the history calls a procedure. */
const NAME_OF: Readonly<Record<string, OperationName>> = {
  [PLACE_ORDER]: 'placeOrder',
  'operations.outcome': 'outcome',
  'operations.close': 'close',
  'orders.get': 'readOrder',
  'orders.list': 'listOrders',
};

/** What the wire can't see: on whose behalf a request is sent. */
interface Purpose {
  process: string;
  call?: OperationEvent;
  /** Of a question about somebody else's order. */
  intent?: string;
  key?: string;
  value?: unknown;
}

/**
 * The shop's own client, in Node: its links, its keys, its pending attempts, its retries. The harness
 * only hands it a fetch, and writes down what goes through.
 */
export class ProductShopper implements Shopper {
  readonly #options: ShopperOptions;
  readonly #cookies = new CookieJar();
  /** The customer's browser: all tabs share it. */
  readonly #store = new MemoryAttemptStore();
  readonly #clock: Clock;
  /** Shared by all clients of the page: the first key already knows what earlier answers told. */
  readonly #serverClock: ServerClock;
  #offer: Offer | null = null;
  #lastAttempt: PendingAttempt | null = null;

  constructor(options: ShopperOptions) {
    this.#options = options;
    const { quirks } = options;
    this.#clock = { ...systemClock, now: () => Date.now() + quirks.clockOffsetMs };
    this.#serverClock = new ServerClock(this.#clock);
  }

  async prepare(): Promise<void> {
    const { intent, lines, delivery } = this.#options;
    await this.#arrive();
    const client = this.#openClient({ process: intent.customer });
    for (const line of lines) await this.#repeat(() => client.cart.setLine.mutate(line));
    const { checkoutId } = await this.#repeat(() => client.checkout.open.mutate({}));
    const offer = asOffer(
      await this.#repeat(() =>
        client.checkout.setDetails.mutate({ checkoutId, ...detailsOf(intent), delivery }),
      ),
    );
    if (offer === null) throw new Error('Bug: the wire let an unacceptable checkout pass');
    this.#offer = offer;
    await this.#repeat(() => client.checkout.preparePayment.mutate({ checkoutId, version: offer.version }));
  }

  pay(paymentMethod: string, { tab, maxAttempts }: PayOptions = {}): Promise<PayEnd> {
    const { checkoutId, version } = this.#offered();
    return this.#call(paymentMethod, { tab, maxAttempts }, (client) =>
      outcomeOf(client.checkout.placeOrder.mutate({ checkoutId, version, paymentMethod })),
    );
  }

  async payAgain(): Promise<PayEnd> {
    const { intent } = this.#options;
    const [pending] = this.#store.list(intent.customer);
    // What has a definite answer is no longer pending: as on a page that is loaded again, nothing is sent.
    if (pending === undefined) return { type: 'unknown', why: 'nothing_pending' };
    const { paymentMethod } = pending.input as { paymentMethod: string };
    return this.#call(paymentMethod, {}, (client) => {
      const [resumed] = resumePending(client, {
        customer: intent.customer,
        store: this.#store,
        procedure: PLACE_ORDER,
      });
      if (resumed === undefined) throw new Error('Bug: the pending attempt is gone');
      return resumed.outcome;
    });
  }

  async askOutcome(): Promise<OutcomeSeen | null> {
    const { intent } = this.#options;
    const attempt = this.#store.list(intent.customer)[0] ?? this.#lastAttempt;
    if (attempt === null) return null;
    const client = this.#openClient({ process: intent.customer, key: attempt.key });
    const outcome = await checkOutcome(client, attempt, { store: this.#store, acknowledgement });
    return outcome.kind === 'succeeded'
      ? { state: 'succeeded', definite: true, operationId: null, result: outcome.result, error: null }
      : null;
  }

  async closeKey(): Promise<boolean> {
    const { intent, limits, signal } = this.#options;
    const [attempt] = this.#store.list(intent.customer);
    if (attempt === undefined) return false;
    const client = this.#openClient({ process: intent.customer, key: attempt.key });
    for (let number = 1; number <= limits.maxAttempts; number += 1) {
      const outcome = await closeAttempt(client, attempt, { store: this.#store, acknowledgement });
      if (outcome.kind !== 'unknown') return outcome.kind !== 'succeeded';
      await sleep(limits.backoffCapMs, undefined, { signal });
    }
    return false;
  }

  async listOrders(): Promise<void> {
    const client = this.#openClient({ process: this.#options.intent.customer });
    await client.orders.list.query().catch(ignored);
  }

  async readOrder(orderId: string, intent: string): Promise<void> {
    const client = this.#openClient({ process: this.#options.intent.customer, intent, value: { orderId } });
    await client.orders.get.query({ orderId }).catch(ignored);
  }

  #offered(): Offer {
    if (this.#offer === null) throw new Error('nothing is prepared yet');
    return this.#offer;
  }

  #call(
    paymentMethod: string,
    { tab, maxAttempts }: { tab?: number | undefined; maxAttempts?: number | undefined },
    make: (client: KeyedClient<AppRouter>) => Promise<AttemptOutcome<PlacedOrder>>,
  ): Promise<PayEnd> {
    const { intent, history } = this.#options;
    const process = processOf(intent, tab);
    const ask = askOf(this.#offered(), intent.email, paymentMethod);
    return recordPurchase(history, { process, intent: intent.nonce, ask }, async (call) =>
      this.#endOf(await make(this.#keyedClient({ process, call }, maxAttempts))),
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
        this.#lastAttempt = outcome.attempt;
        return { type: 'unknown', why: outcome.why.refusal?.code ?? 'answer_lost' };
      case 'blocked':
        return { type: 'unknown', why: 'blocked' };
      case 'not-sent':
        throw new Error('the product’s client sent nothing', { cause: outcome.error });
      default:
        return outcome satisfies never;
    }
  }

  #keyedClient(purpose: Purpose, maxAttempts: number | undefined): KeyedClient<AppRouter> {
    const { limits, random, intent } = this.#options;
    const jitter = random(`jitter of ${purpose.process}`);
    const keys = random(`keys of ${purpose.process}`);
    return createKeyedClient<AppRouter>({
      url: `${SHOP}/api/trpc`,
      limits: { ...limits, maxAttempts: maxAttempts ?? limits.maxAttempts },
      fetch: this.#wire(purpose),
      clock: this.#clock,
      serverClock: this.#serverClock,
      random: () => jitter.number(),
      randomBytes: (count: number) => Uint8Array.from({ length: count }, () => keys.integer(0, 255)),
      customer: intent.customer,
      store: this.#store,
      procedures: { [PLACE_ORDER]: { intentOf: ({ checkoutId }) => checkoutId, acknowledgement } },
    });
  }

  #openClient(purpose: Purpose) {
    const { limits, random } = this.#options;
    const jitter = random(`jitter of ${purpose.process}`);
    return createOpenClient<AppRouter>({
      url: `${SHOP}/api/trpc`,
      limits,
      fetch: this.#wire(purpose),
      clock: this.#clock,
      serverClock: this.#serverClock,
      random: () => jitter.number(),
    });
  }

  /** A fetch that goes to a node, keeps the customer's cookie, and writes down what it sent and got. */
  #wire(purpose: Purpose): Fetch {
    const { history, intent, route, signal } = this.#options;
    let sent = 0;
    return async (url, init) => {
      const headers = new Headers(init.headers);
      const { pathname, search } = new URL(url, SHOP);
      const path = pathname.slice('/api/trpc/'.length);
      const f = NAME_OF[path] ?? 'prepare';
      const own = Number(headers.get('x-attempt') ?? Number.NaN);
      const attempt = Number.isSafeInteger(own) ? own : (sent += 1);
      if (init.body !== undefined && typeof init.body !== 'string')
        throw new Error('Bug: a body that is no text');
      const { body } = init;
      const signals = [signal, ...(init.signal ? [init.signal] : [])];
      const { answer, failure } = await exchange(
        history,
        {
          process: purpose.process,
          f,
          key: headers.get('idempotency-key') ?? purpose.key ?? null,
          intent: purpose.intent ?? intent.nonce,
          attempt,
          value: purpose.value ?? this.#valueOf(f, path, body),
          call: purpose.call?.index ?? null,
        },
        {
          url: `${route(attempt)}${pathname}${search}`,
          method: init.method === 'GET' ? 'GET' : 'POST',
          headers: { ...Object.fromEntries(headers), ...this.#cookies.header() },
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.any(signals),
          twice: f === 'placeOrder' && this.#options.quirks.resends,
        },
        ACCEPT[path] ?? (() => null),
      );
      if (answer === null) throw new TypeError('terminated', { cause: failure });
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    };
  }

  #valueOf(f: OperationName, path: string, body: string | undefined): unknown {
    if (f === 'prepare') return { step: path };
    if (f !== 'placeOrder') return null;
    const { paymentMethod } = JSON.parse(body ?? '{}') as { paymentMethod: string };
    return askOf(this.#offered(), this.#options.intent.email, paymentMethod);
  }

  /** A page's own load: no link of the client is in it. */
  async #arrive(): Promise<void> {
    const { intent, history, route, limits, signal } = this.#options;
    await this.#repeat(async () => {
      const { answer } = await exchange(
        history,
        { process: intent.customer, f: 'browse', intent: intent.nonce, attempt: 1, value: { page: '/' } },
        {
          url: `${route(1)}/`,
          method: 'GET',
          headers: {},
          signal: AbortSignal.any([signal, AbortSignal.timeout(limits.attemptTimeoutMs)]),
        },
        'page',
      );
      if (answer !== null) this.#cookies.keep(answer.headers);
      if (this.#cookies.isEmpty) throw new Error('the first page gave no cookie');
    });
  }

  async #repeat<T>(call: () => Promise<T>): Promise<T> {
    const beganMs = performance.now();
    for (let number = 1; ; number += 1) {
      try {
        return await call();
      } catch (cause) {
        this.#options.signal.throwIfAborted();
        const { intent, limits, signal } = this.#options;
        if (performance.now() - beganMs > PREPARE_LIMIT_MS)
          throw new Error(`${intent.customer} never came to the button`, { cause });
        await sleep(Math.min(limits.backoffCapMs, limits.backoffBaseMs * number), undefined, { signal });
      }
    }
  }
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

/** The wire has written down what came of it. */
function ignored(): void {}
