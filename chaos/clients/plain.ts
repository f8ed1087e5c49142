import { setTimeout as sleep } from 'node:timers/promises';
import { asPlacedOrder } from '../history/value.ts';
import type { OutcomeSeen } from '../history/value.ts';
import type { OperationEvent, OperationName } from '../history/event.ts';
import { askOf, detailsOf, processOf } from './customer.ts';
import { CookieJar } from './cookie-jar.ts';
import { recordPurchase } from './purchase.ts';
import { ACCEPT } from './shop-answers.ts';
import type { Offer } from './shop-answers.ts';
import { PREPARE_LIMIT_MS } from './shopper.ts';
import type { PayEnd, PayOptions, Shopper, ShopperOptions } from './shopper.ts';
import { uuidV7 } from './uuid-v7.ts';
import { exchange } from './wire.ts';
import type { Exchange } from './wire.ts';

const PLACE_ORDER = 'checkout.placeOrder';

/** Where each layer has retries of its own: the query library around the link, and the page around that. */
const RETRYING_LAYERS = 3;

/** One key and what was sent with it. */
interface Sent {
  key: string;
  body: string;
  paymentMethod: string;
  attempts: number;
  /** It was made in the place of one whose time was refused: that happens once. */
  isReplacement: boolean;
}

/** What a step of a procedure is recorded as. */
interface Step {
  f: OperationName;
  type: 'query' | 'mutation';
  path: string;
  input: unknown;
  intent?: string;
  value?: unknown;
}

/**
 * A client as anybody could write it from the published contract alone: fetch, a key, a time limit, a
 * retry. It is there so that a mistake of the server can't hide behind a clever client.
 */
export class PlainShopper implements Shopper {
  readonly #options: ShopperOptions;
  readonly #cookies = new CookieJar();
  /** Since the first thing that went wrong. */
  #preparingSinceMs: number | null = null;
  #offer: Offer | null = null;
  #last: Sent | null = null;
  /** How far the shop's clock is ahead of this machine's, as far as the shop has told. */
  #aheadMs = 0;

  constructor(options: ShopperOptions) {
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { intent, lines, delivery } = this.#options;
    await this.#arrive();
    for (const line of lines) await this.#do('cart.setLine', line);
    const opened = (await this.#do('checkout.open', {})) as Offer;
    const { checkoutId } = opened;
    this.#offer = (await this.#do('checkout.setDetails', {
      checkoutId,
      ...detailsOf(intent),
      delivery,
    })) as Offer;
    await this.#preparePayment();
  }

  async #preparePayment(): Promise<void> {
    const { checkoutId, version } = this.#offered();
    await this.#do('checkout.preparePayment', { checkoutId, version });
  }

  async pay(paymentMethod: string, options: PayOptions = {}): Promise<PayEnd> {
    // A second tab, or a click too many, sends what is under way already. A new key is for a new card.
    if (this.#last?.paymentMethod !== paymentMethod) {
      // Another card: the first one's payment may be used up.
      if (this.#last !== null) await this.#preparePayment();
      this.#last = this.#mint(paymentMethod);
    }
    const end = await this.#call(this.#last, options);
    if (end.type !== 'unknown' || !this.#options.habits.has('not-seen-is-final')) return end;
    // At another address, and so does the rest: this one has just failed.
    const { attempts } = this.#last;
    if ((await this.#askOutcome(attempts + 1))?.state !== 'not_seen') return end;
    this.#options.habits.follows('not-seen-is-final');
    this.#last = { ...this.#mint(paymentMethod), attempts };
    return this.#call(this.#last, {});
  }

  payAgain(): Promise<PayEnd> {
    const last = this.#sent();
    if (this.#options.habits.follows('new-key-after-reload')) this.#last = this.#mint(last.paymentMethod);
    return this.#call(this.#sent(), {});
  }

  /** Sends the last key with another payload: a client with a bug. */
  async reuseKey(paymentMethod: string): Promise<PayEnd> {
    const last = this.#sent();
    return this.#call({ ...last, paymentMethod, body: this.#bodyFor(paymentMethod) }, { maxAttempts: 1 });
  }

  /** Sends the last key with another card until that is answered: the same client, and it insists. */
  async swapCard(paymentMethod: string): Promise<PayEnd> {
    const last = this.#sent();
    return this.#call({ ...last, paymentMethod, body: this.#bodyFor(paymentMethod) }, {});
  }

  askOutcome(): Promise<OutcomeSeen | null> {
    return this.#askOutcome(1);
  }

  /** Asks with a key that isn't theirs; `intent` is whose it is. */
  async askOutcomeOf(key: string, intent: string): Promise<void> {
    const input = { procedure: PLACE_ORDER, key };
    await this.#step({ f: 'outcome', type: 'query', path: 'operations.outcome', input, intent }, 1, key);
  }

  async #askOutcome(attempt: number): Promise<OutcomeSeen | null> {
    const { key } = this.#sent();
    const input = { procedure: PLACE_ORDER, key };
    const asked = await this.#step(
      { f: 'outcome', type: 'query', path: 'operations.outcome', input },
      attempt,
      key,
    );
    return asked.completion.type === 'ok' ? (asked.completion.value as OutcomeSeen) : null;
  }

  async closeKey(): Promise<boolean> {
    const { key } = this.#sent();
    const input = { procedure: PLACE_ORDER, key };
    for (let attempt = 1; attempt <= this.#options.limits.maxAttempts; attempt += 1) {
      const step: Step = { f: 'close', type: 'mutation', path: 'operations.close', input };
      const { completion } = await this.#step(step, attempt, key);
      const seen = completion.type === 'ok' ? (completion.value as OutcomeSeen) : null;
      if (seen?.definite === true) {
        if (seen.state === 'succeeded') return false;
        this.#last = null;
        return true;
      }
      await sleep(this.#options.limits.backoffCapMs, undefined, { signal: this.#options.signal });
    }
    return false;
  }

  async listOrders(): Promise<void> {
    await this.#step({ f: 'listOrders', type: 'query', path: 'orders.list', input: undefined }, 1);
  }

  async readOrder(orderId: string, intent: string): Promise<void> {
    const value = { orderId };
    await this.#step({ f: 'readOrder', type: 'query', path: 'orders.get', input: value, intent, value }, 1);
  }

  #sent(): Sent {
    if (this.#last === null) throw new Error('nothing was sent yet');
    return this.#last;
  }

  #mint(paymentMethod: string): Sent {
    const nowMs = Date.now() + this.#options.quirks.clockOffsetMs + this.#aheadMs;
    const key = uuidV7(nowMs, this.#options.random(`key of ${paymentMethod}`));
    return { key, body: this.#bodyFor(paymentMethod), paymentMethod, attempts: 0, isReplacement: false };
  }

  #bodyFor(paymentMethod: string): string {
    const { checkoutId, version } = this.#offered();
    return JSON.stringify({ checkoutId, version, paymentMethod });
  }

  #offered(): Offer {
    if (this.#offer === null) throw new Error('nothing is prepared yet');
    return this.#offer;
  }

  /** One press of Pay: attempts under one key until an answer is definite, or the budget is used up. */
  #call(first: Sent, { tab, maxAttempts }: PayOptions): Promise<PayEnd> {
    let sent = first;
    const { intent, history, limits, signal, habits } = this.#options;
    const layers = habits.follows('retries-multiply') ? RETRYING_LAYERS : 1;
    const attemptsMax = (maxAttempts ?? limits.maxAttempts) * layers;
    const process = processOf(intent, tab);
    const ask = askOf(this.#offered(), intent.email, sent.paymentMethod);
    const random = this.#options.random(`backoff of ${process} ${sent.paymentMethod}`);
    return recordPurchase(history, { process, intent: intent.nonce, ask }, async (call) => {
      const deadline = performance.now() + limits.totalBudgetMs * layers;
      let reason: string | null = sent.attempts > 0 ? 'resumed' : null;
      for (let attempt = 1; ; attempt += 1) {
        const { completion, answer } = await this.#attempt(sent, { process, call, reason });
        const ended = endOf(completion) ?? this.#believed(answer);
        if (ended !== null) return ended;
        const why = completion.errorClass ?? 'unknown';
        const replacement = this.#replacementFor(sent, completion);
        if (replacement !== null) {
          sent = replacement;
          continue;
        }
        if (attempt >= attemptsMax) return { type: 'unknown', why };
        const ownMs =
          Math.min(limits.backoffCapMs, limits.backoffBaseMs * 2 ** (attempt - 1)) * random.number();
        const pauseMs = Math.max(retryAfterMs(answer?.headers), ownMs);
        if (performance.now() + pauseMs >= deadline) return { type: 'unknown', why };
        await sleep(pauseMs, undefined, { signal });
        reason = reasonOf(why);
        if (habits.follows('new-key-each-retry')) sent = this.#last = this.#mint(sent.paymentMethod);
      }
    });
  }

  /**
   * A key whose time the shop doesn't accept is no way on. Another is made by the shop's own time, but only if
   * this was the first that was ever sent with it: of an earlier copy nobody knows what it has done.
   */
  #replacementFor(sent: Sent, { errorClass, value }: OperationEvent): Sent | null {
    if (errorClass !== 'IDEMPOTENCY_KEY_EXPIRED' && errorClass !== 'IDEMPOTENCY_KEY_FROM_THE_FUTURE')
      return null;
    const { serverTime } = value as { serverTime?: string };
    if (sent.attempts > 1 || sent.isReplacement || serverTime === undefined) return null;
    this.#aheadMs = Date.parse(serverTime) - (Date.now() + this.#options.quirks.clockOffsetMs);
    const fresh = { ...this.#mint(sent.paymentMethod), isReplacement: true };
    if (this.#last === sent) this.#last = fresh;
    return fresh;
  }

  /** Of a client that takes any answer for a yes: it shows what it asked for as bought. */
  #believed(answer: Exchange['answer']): PayEnd | null {
    if (answer === null || !this.#options.habits.follows('believes-any-answer')) return null;
    const { totalMinor, currency } = this.#offered();
    const order = { orderId: 'unread', reference: 'unread', operationId: 'unread' };
    return { type: 'ok', order: { ...order, status: 'paid', totalMinor, currency } };
  }

  #attempt(
    sent: Sent,
    { process, call, reason }: { process: string; call: OperationEvent; reason: string | null },
  ): Promise<Exchange> {
    const { intent, history, limits, route, signal } = this.#options;
    const attempt = (sent.attempts += 1);
    return exchange(
      history,
      {
        process,
        f: 'placeOrder',
        key: sent.key,
        intent: intent.nonce,
        attempt,
        value: askOf(this.#offered(), intent.email, sent.paymentMethod),
        call: call.index,
      },
      {
        url: `${route(attempt)}/api/trpc/${PLACE_ORDER}`,
        method: 'POST',
        headers: {
          ...this.#cookies.header(),
          'content-type': 'application/json',
          'idempotency-key': sent.key,
          'x-attempt': String(attempt),
          ...(reason === null ? {} : { 'x-retry-reason': reason }),
        },
        body: sent.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(limits.attemptTimeoutMs)]),
        twice: this.#options.quirks.resends,
      },
      asPlacedOrder,
    );
  }

  /** The cookie comes with the first page, never with a mutation. */
  async #arrive(): Promise<void> {
    const { intent, history, route, limits, signal, quirks, pageCache } = this.#options;
    const cached = quirks.sharesCache ? pageCache.find('/') : null;
    if (cached !== null) this.#cookies.keep(cached.headers);
    for (let attempt = 1; this.#cookies.isEmpty; attempt += 1) {
      const { answer } = await exchange(
        history,
        { process: intent.customer, f: 'browse', intent: intent.nonce, attempt, value: { page: '/' } },
        {
          url: `${route(attempt)}/`,
          method: 'GET',
          headers: {},
          signal: AbortSignal.any([signal, AbortSignal.timeout(limits.attemptTimeoutMs)]),
        },
        'page',
      );
      if (answer !== null) this.#cookies.keep(answer.headers);
      if (answer !== null && quirks.sharesCache) pageCache.offer('/', answer);
      if (this.#cookies.isEmpty) await this.#pauseBeforePreparing(attempt, 'the first page gave no cookie');
    }
  }

  /** A step that may be repeated as it is, and is, until it's done. */
  async #do(path: string, input: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const { completion } = await this.#step({ f: 'prepare', type: 'mutation', path, input }, attempt);
      if (completion.type === 'ok') return completion.value;
      await this.#pauseBeforePreparing(attempt, `${path} ended with ${completion.errorClass}`);
    }
  }

  async #pauseBeforePreparing(attempt: number, why: string): Promise<void> {
    const { intent, limits, signal } = this.#options;
    this.#preparingSinceMs ??= performance.now();
    if (performance.now() - this.#preparingSinceMs > PREPARE_LIMIT_MS)
      throw new Error(`${intent.customer} never came to the button: ${why}`);
    await sleep(Math.min(limits.backoffCapMs, limits.backoffBaseMs * attempt), undefined, { signal });
  }

  #step(
    { f, type, path, input, intent, value }: Step,
    attempt: number,
    key: string | null = null,
  ): Promise<Exchange> {
    const { history, route, limits, signal } = this.#options;
    const text = input === undefined ? undefined : JSON.stringify(input);
    const query = type === 'query' && text !== undefined ? `?input=${encodeURIComponent(text)}` : '';
    return exchange(
      history,
      {
        process: this.#options.intent.customer,
        f,
        key,
        intent: intent ?? this.#options.intent.nonce,
        attempt,
        value: value ?? (f === 'prepare' ? { step: path } : null),
      },
      {
        url: `${route(attempt)}/api/trpc/${path}${query}`,
        method: type === 'query' ? 'GET' : 'POST',
        headers: { ...this.#cookies.header(), 'content-type': 'application/json' },
        ...(type === 'mutation' && text !== undefined ? { body: text } : {}),
        signal: AbortSignal.any([signal, AbortSignal.timeout(limits.attemptTimeoutMs)]),
      },
      ACCEPT[path] ?? (() => null),
    );
  }
}

/** A definite answer ends the call; anything in doubt doesn't. */
function endOf(completion: OperationEvent): PayEnd | null {
  switch (completion.type) {
    case 'ok': {
      const order = asPlacedOrder(completion.value);
      if (order === null) throw new Error('Bug: an acknowledgement without an order');
      return { type: 'ok', order };
    }
    case 'refused':
    case 'fail':
      return { type: 'refused', code: completion.errorClass ?? 'unknown' };
    case 'info':
      return null;
    case 'invoke':
      throw new Error('Bug: an attempt that ended as it began');
    default:
      return completion.type satisfies never;
  }
}

function retryAfterMs(headers: Headers | undefined): number {
  const seconds = Number(headers?.get('retry-after') ?? '0');
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000 : 0;
}

/** The word of the contract for why there is another attempt. */
function reasonOf(errorClass: string): string {
  switch (errorClass) {
    case 'timeout':
      return 'timeout';
    case 'network':
    case 'truncated':
      return 'network';
    case 'OPERATION_IN_PROGRESS':
      return 'in_progress';
    case 'OUTCOME_UNKNOWN':
      return 'outcome_unknown';
    case 'STORE_UNAVAILABLE':
    case 'TEMPORARILY_UNAVAILABLE':
      return 'unavailable';
    default:
      return 'server_error';
  }
}
