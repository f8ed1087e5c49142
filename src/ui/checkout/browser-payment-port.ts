import {
  checkOutcome,
  closeAttempt,
  createKeyedClient,
  LocalStorageAttemptStore,
  MemoryAttemptStore,
  outcomeOf,
  resumePending,
  type AttemptStore,
  type ClientOptions,
  type OpenClient,
} from '../../client/index.ts';
import type { AppRouter } from '../../api/app-router.ts';
import { placedOrder } from '../../shop/answers/placed-order.ts';
import type { PaymentPort } from './payment-port.ts';

const PLACE_ORDER = 'checkout.placeOrder';

/** Pays through the keyed client; nothing in it is touched before the first call, so a server may make one. */
export function browserPaymentPort(options: ClientOptions, open: OpenClient<AppRouter>): PaymentPort {
  let made: ReturnType<typeof make> | undefined;
  const parts = () => (made ??= make(options));
  const settling = () => ({ store: parts().store, acknowledgement: placedOrder });

  return {
    pay: (payment) => outcomeOf(parts().client.checkout.placeOrder.mutate(payment)),
    resume(attempt) {
      const { client, store, customer } = parts();
      const resumed = resumePending(client, { customer, store, procedure: PLACE_ORDER });
      const ours = resumed.find((each) => each.attempt.key === attempt.key);
      // Cleared by another tab a moment ago, which it does only after a definite answer: ask for that.
      return ours?.outcome ?? checkOutcome(open, attempt, settling());
    },
    ask: (attempt) => checkOutcome(open, attempt, settling()),
    close: (attempt) => closeAttempt(open, attempt, settling()),
    pending() {
      const { store, customer } = parts();
      return store.list(customer).find((attempt) => attempt.procedure === PLACE_ORDER) ?? null;
    },
    subscribe: (onChange) => parts().store.subscribe(onChange),
    isOffline: () => !navigator.onLine,
    now: () => Date.now(),
  };
}

function make(options: ClientOptions) {
  const customer = customerMark();
  const store = attemptStore();
  const client = createKeyedClient<AppRouter>({
    ...options,
    customer,
    store,
    procedures: { [PLACE_ORDER]: { intentOf: (input) => input.checkoutId, acknowledgement: placedOrder } },
  });
  return { client, store, customer };
}

/** Where a browser grants no storage, an attempt lives as long as its page; the server's guard does the rest. */
function attemptStore(): AttemptStore {
  try {
    return new LocalStorageAttemptStore();
  } catch {
    return new MemoryAttemptStore();
  }
}

/**
 * Tells this browser's customers apart without being a secret: the customer's own cookie can't be read here.
 * An attempt that one customer began is never resumed as another's.
 */
function customerMark(): string {
  const found = /(?:^|;\s*)customer_mark=([^;]+)/.exec(document.cookie);
  return found?.[1] ?? 'guest';
}
