import type { AttemptOutcome, ClientEvent, PendingAttempt } from '../../src/client/index.ts';
import type { PayEnd } from '../clients/shopper.ts';
import type { Intent, PlantedCause } from '../final-state.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { PlacedOrder, PurchaseAsk } from '../history/value.ts';
import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import { Device } from './device.ts';
import { PATIENT } from './limits.ts';
import { Machine } from './machine.ts';
import type { Card, Plan, PlannedCustomer, Step } from './plan.ts';
import { CURRENCY, PRODUCTS, totalOf } from './shop.ts';
import type { Offer } from './shop.ts';
import { Tab } from './tab.ts';
import type { TabLimits, Upstream } from './tab.ts';
import type { Ground } from './web-node.ts';

const CARD_TOKENS: Readonly<Record<Card, string>> = {
  good: 'pm_card_visa',
  declining: 'pm_card_chargeDeclined',
  poor: 'pm_card_chargeDeclinedInsufficientFunds',
};

/** What a customer with a good card takes for a reason to try again. */
const CALLS_FOR_ANOTHER_TRY: ReadonlySet<string> = new Set(['CARD_DECLINED', 'OPERATION_CLOSED']);

/** Who comes back looks so often, and so far apart, that a key some minutes ahead comes of age. */
const VISITS_MAX = 12;
const BETWEEN_VISITS_MS = 30_000;

/** A second good card, for a client that changes what it sent. */
const OTHER_GOOD_CARD = 'pm_card_slow';

export interface CustomerOptions {
  readonly plan: Plan;
  readonly planned: PlannedCustomer;
  readonly ground: Ground;
  readonly history: HistoryRecorder;
  readonly upstreams: readonly Upstream[];
  readonly onClientEvent: (event: ClientEvent) => void;
  /** Another customer, for those who borrow keys. */
  readonly other: (name: string) => Customer | null;
}

/** Somebody with one purchase in mind, and what they do to get it. */
export class Customer {
  readonly planned: PlannedCustomer;
  readonly #options: CustomerOptions;
  readonly #streams = new Map<string, RandomStream>();
  readonly #device = new Device();
  #offer: Offer;
  #limits: TabLimits;
  #tabs = 0;
  /** The tab in front of them; null before the first page. */
  #tab: Tab | null = null;
  #last: PayEnd | null = null;

  constructor(options: CustomerOptions) {
    this.#options = options;
    this.planned = options.planned;
    this.#limits = options.plan.limits;
    this.#offer = firstOffer(options.planned);
  }

  get intent(): Intent {
    const { nonce, name } = this.planned;
    return {
      nonce,
      customer: name,
      client: 'product',
      planted: plantedBy(this.planned.steps),
      email: emailOf(this.planned),
      paymentMethod: this.#token('good'),
    };
  }

  /** The key that they sent last, from whatever device. */
  get lastAttempt(): PendingAttempt | null {
    return this.#device.lastAttempt;
  }

  /** Whether they were told for good how their purchase ended. */
  get knows(): boolean {
    return this.#last !== null && this.#last.type !== 'unknown';
  }

  async play(): Promise<void> {
    for (const step of this.planned.steps) await this.#do(step);
  }

  /** Comes when everything works already, and has the time to wait. */
  async playAfterHealing(): Promise<void> {
    this.#limits = PATIENT;
    await this.play();
    if (!this.knows) await this.comeBack();
  }

  /** Comes back when everything works, loads the page again, and stays until they know. */
  async comeBack(): Promise<void> {
    this.#limits = PATIENT;
    const page = await this.#open(true);
    for (let visit = 1; visit <= VISITS_MAX && page.pending !== null; visit++) {
      this.#last = (await page.resume((attempt) => this.#askOf(attempt))) ?? this.#last;
      if (this.#last?.type !== 'unknown' || this.#last.why !== 'IDEMPOTENCY_KEY_FROM_THE_FUTURE') break;
      // Its time will come.
      await this.#pause(BETWEEN_VISITS_MS);
    }
    const hasNoGoodCard = this.planned.steps.some((step) => 'card' in step && step.card === 'poor');
    if (!this.#wantsMore || hasNoGoodCard) return;
    if (page.pending === null) {
      this.#last = await page.pay(this.#ask('good'));
      return;
    }
    // A key that is out of its window can't be finished and can't be replaced: another device has none. Where
    // windows are short, that one's may be over as well before the shop is free again.
    if (!this.#options.plan.layers.intentGuard) return;
    for (let visit = 1; visit <= VISITS_MAX && this.#wantsMore; visit++) {
      if (visit > 1) await this.#pause(BETWEEN_VISITS_MS);
      const elsewhere = await this.#open(true, new Device());
      this.#last = await elsewhere.pay(this.#ask('good'));
    }
  }

  get #wantsMore(): boolean {
    const last = this.#last;
    return last?.type === 'unknown' || (last?.type === 'refused' && CALLS_FOR_ANOTHER_TRY.has(last.code));
  }

  /** Asks, long afterwards, what became of it. */
  async askInTheEnd(): Promise<void> {
    this.#limits = PATIENT;
    const attempt = this.#device.lastAttempt;
    if (attempt !== null) await (await this.#open(true)).ask(attempt);
  }

  async #do(step: Step): Promise<void> {
    const tab = this.#tab ?? (await this.#open(false));
    // The page says that it is bought.
    if ('card' in step && this.#last?.type === 'ok') return;
    switch (step.do) {
      case 'pay':
        this.#last = await tab.pay(this.#ask(step.card), step.maxAttempts);
        return;
      case 'double-click': {
        const ask = this.#ask(step.card);
        this.#last = better(await Promise.all([tab.pay(ask), tab.pay(ask)]));
        return;
      }
      case 'second-tab': {
        const ask = this.#ask(step.card);
        const first = this.#watched(tab.pay(ask));
        await this.#pause(step.afterMs);
        const page = await this.#open(true);
        // A page that was opened before, and is stale, offers to pay all the same: then the guard has to know.
        const offersToPay = !first.bought() || this.#options.plan.layers.intentGuard;
        this.#last = better(await Promise.all(offersToPay ? [first.end, page.pay(ask)] : [first.end]));
        return;
      }
      case 'other-device': {
        const ask = this.#ask(step.card);
        const first = tab.pay(ask);
        await this.#pause(step.afterMs);
        const second = (await this.#open(false, new Device())).pay(ask);
        this.#last = better(await Promise.all([first, second]));
        return;
      }
      case 'reload': {
        const left = tab.pay(this.#ask(step.card));
        await this.#pause(step.afterMs);
        tab.close();
        this.#last = await left;
        const page = await this.#open(true);
        this.#last = (await page.resume((attempt) => this.#askOf(attempt))) ?? this.#last;
        return;
      }
      case 'change-cart':
        return this.#changeCart(tab, step);
      case 'ask': {
        const attempt = tab.pending ?? this.#device.lastAttempt;
        if (attempt === null) return;
        this.#hears(await tab.ask(attempt));
        return;
      }
      case 'reuse-key': {
        const key = this.#device.lastAttempt?.key;
        const ask = { ...this.#ask('good'), paymentMethod: `${OTHER_GOOD_CARD}_${this.planned.nonce}` };
        if (key !== undefined) await tab.sendByHand(key, ask);
        return;
      }
      case 'borrow-key': {
        const attempt = this.#options.other(step.from)?.lastAttempt ?? null;
        if (attempt === null) return;
        await tab.ask(attempt);
        await tab.sendByHand(attempt.key, this.#ask('good'));
        return;
      }
      case 'look':
        await tab.listOrders();
        return;
      default:
        step satisfies never;
    }
  }

  #watched(end: Promise<PayEnd>): { end: Promise<PayEnd>; bought: () => boolean } {
    let bought = false;
    const noted = end.then((told) => {
      bought = told.type === 'ok';
      return told;
    });
    return { end: noted, bought: () => bought };
  }

  /** A definite word ends their not knowing. */
  #hears(outcome: AttemptOutcome<PlacedOrder>): void {
    if (outcome.kind === 'succeeded') this.#last = { type: 'ok', order: outcome.result };
    else if (outcome.kind === 'refused') this.#last = { type: 'refused', code: outcome.refusal.code };
    else if (outcome.kind === 'closed') this.#last = { type: 'refused', code: 'OPERATION_CLOSED' };
  }

  /** What is pending must come to a definite end first: else the old lines may be bought beside the new ones. */
  async #changeCart(tab: Tab, { lines, card }: Extract<Step, { do: 'change-cart' }>): Promise<void> {
    const { pending } = tab;
    if (pending !== null) {
      const outcome = await tab.closeKey(pending);
      this.#hears(outcome);
      if (outcome.kind !== 'closed' && outcome.kind !== 'refused') return;
    }
    const changed = await tab.changeLines(this.#offer.checkoutId, lines);
    if (changed === null) return;
    this.#offer = changed;
    this.#last = await tab.pay(this.#ask(card));
  }

  /** Opens a page, which is loaded before anybody can press anything on it. */
  async #open(reloaded: boolean, device = this.#device): Promise<Tab> {
    const { ground, history, upstreams, onClientEvent, plan } = this.#options;
    const { name, nonce, skewMs, homeNode } = this.planned;
    const number = ++this.#tabs;
    const machine = new Machine({ name: `${name}/${number}`, skewMs, scheduler: ground.scheduler });
    const tab = new Tab({
      ground,
      life: machine.life,
      device,
      reloaded,
      customer: name,
      nonce,
      email: emailOf(this.planned),
      history,
      limits: this.#limits,
      upstreams,
      // Another page comes by another node.
      homeNode: homeNode + number - 1,
      stream: (purpose) => this.#stream(plan.seed, purpose, number),
      onClientEvent,
    });
    if (device === this.#device) this.#tab = tab;
    // What it asks for tells it the server's time as well; some pages come out of a cache.
    if (this.planned.loadsPages) await tab.load();
    return tab;
  }

  #ask(card: Card): PurchaseAsk {
    return askOf(this.#offer, emailOf(this.planned), this.#token(card));
  }

  /** What was agreed to when an attempt was made, which may be less than is agreed to now. */
  #askOf(attempt: PendingAttempt): PurchaseAsk {
    const { paymentMethod, version } = attempt.input as { paymentMethod: string; version: number };
    const offer = version === this.#offer.version ? this.#offer : firstOffer(this.planned);
    return askOf(offer, emailOf(this.planned), paymentMethod);
  }

  #token(card: Card): string {
    return `${CARD_TOKENS[card]}_${this.planned.nonce}`;
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#options.ground.scheduler.after(ms, resolve);
    return promise;
  }

  /** A stream goes on where it was. */
  #stream(seed: string, purpose: string, tab: number): RandomStream {
    const name = `${purpose} ${tab}`;
    const stream = this.#streams.get(name) ?? randomStream(seed, this.planned.name, purpose, String(tab));
    this.#streams.set(name, stream);
    return stream;
  }
}

export function checkoutIdOf({ nonce }: PlannedCustomer): string {
  return `co_${nonce}`;
}

export function emailOf({ nonce }: PlannedCustomer): string {
  return `${nonce}@chaos.example`;
}

function firstOffer(planned: PlannedCustomer): Offer {
  return {
    checkoutId: checkoutIdOf(planned),
    version: 1,
    lines: planned.lines.map(({ sku, quantity }) => ({ sku, quantity, unitPriceMinor: PRODUCTS[sku] ?? 0 })),
    totalMinor: totalOf(planned.lines),
    currency: CURRENCY,
  };
}

function askOf(offer: Offer, email: string, paymentMethod: string): PurchaseAsk {
  return { ...offer, lines: [...offer.lines], email, paymentMethod };
}

/** What a customer who was told twice believes: the definite word. */
function better(ends: readonly PayEnd[]): PayEnd | null {
  return (
    ends.find(({ type }) => type === 'ok') ?? ends.find(({ type }) => type === 'refused') ?? ends[0] ?? null
  );
}

function plantedBy(steps: readonly Step[]): PlantedCause[] {
  const planted = new Set<PlantedCause>();
  for (const step of steps) {
    if ('card' in step && step.card === 'declining') planted.add('declining-card');
    if ('card' in step && step.card === 'poor') planted.add('insufficient-funds');
    if (step.do === 'reuse-key') planted.add('reused-key');
    // A late copy of the first version, or one that comes between the change and its payment.
    if (step.do === 'change-cart') planted.add('changed-checkout').add('unprepared-payment');
  }
  return [...planted];
}
