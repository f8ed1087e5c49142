import { createKeyedClient, createOpenClient } from '../clients.ts';
import type { ClientEvent } from '../client-event.ts';
import type { ClientLimits } from '../client-limits.ts';
import { MemoryAttemptStore } from '../memory-attempt-store.ts';
import { outcomeOf } from '../outcome.ts';
import type { AttemptOutcome } from '../outcome.ts';
import { ServerClock } from '../server-clock.ts';
import type { AttemptStore } from '../attempt-store.ts';
import type { Fetch } from '../strict-fetch.ts';
import { ManualClock } from './manual-clock.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { placedOrder } from './shop.ts';
import type { PlacedOrder, ShopRouter } from './shop.ts';

export const limits: ClientLimits = {
  attemptTimeoutMs: 1_000,
  maxAttempts: 4,
  totalBudgetMs: 10_000,
  backoffBaseMs: 100,
  backoffCapMs: 1_000,
};

export const CUSTOMER = 'customer-1';
export const input = { checkoutId: 'checkout-1', paymentMethod: 'pm_card_visa' };
export const paid: PlacedOrder = { orderId: 'order-1', status: 'paid' };

export interface TabOptions {
  readonly store?: AttemptStore;
  readonly limits?: Partial<ClientLimits>;
  readonly fetch?: Fetch;
  readonly clock?: ManualClock;
  readonly customer?: string;
  /** Whether pauses between attempts pass by themselves. Default true. */
  readonly skipPauses?: boolean;
}

/** One browser tab: its two clients, its clock, and the events it saw. */
export class Tab {
  readonly clock: ManualClock;
  readonly serverClock: ServerClock;
  readonly store: AttemptStore;
  readonly events: ClientEvent[] = [];
  readonly keyed;
  readonly open;
  #waiting: { type: ClientEvent['type']; resolve: () => void }[] = [];

  constructor(server: ScriptedServer, options: TabOptions = {}) {
    const { skipPauses = true, fetch, customer = CUSTOMER } = options;
    this.clock = options.clock ?? new ManualClock();
    this.serverClock = new ServerClock(this.clock);
    this.store = options.store ?? new MemoryAttemptStore();
    const common = {
      url: server.url,
      limits: { ...limits, ...options.limits },
      clock: this.clock,
      serverClock: this.serverClock,
      random: () => 0.5,
      fetch,
      onEvent: (event: ClientEvent) => {
        this.events.push(event);
        for (const { resolve } of this.#waiting.filter(({ type }) => type === event.type)) resolve();
        this.#waiting = this.#waiting.filter(({ type }) => type !== event.type);
        // The pause begins in the statement after the event.
        if (skipPauses && event.type === 'retry-scheduled')
          queueMicrotask(() => this.clock.advance(event.delayMs));
      },
    };
    this.open = createOpenClient<ShopRouter>(common);
    this.keyed = createKeyedClient<ShopRouter>({
      ...common,
      customer,
      store: this.store,
      procedures: {
        'checkout.placeOrder': { intentOf: ({ checkoutId }) => checkoutId, acknowledgement: placedOrder },
      },
    });
  }

  pay(order = input, signal?: AbortSignal): Promise<AttemptOutcome<PlacedOrder>> {
    return outcomeOf(this.keyed.checkout.placeOrder.mutate(order, signal === undefined ? {} : { signal }));
  }

  /** The attempts that are stored now. */
  get pending() {
    return this.store.list(CUSTOMER);
  }

  eventsOf<Type extends ClientEvent['type']>(type: Type): Extract<ClientEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<ClientEvent, { type: Type }> => event.type === type);
  }

  /** Resolves at the next event of a type. */
  next(type: ClientEvent['type']): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ type, resolve }));
  }
}
