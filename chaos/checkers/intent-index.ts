import type { DatabaseSnapshot, Intent, LedgerCharge, OrderRow } from '../final-state.ts';

/**
 * Finds whose an order or a charge is. Only the nonce counts, as a whole word of the e-mail address
 * and as the last part of the card's token: the product carries both without knowing what they mean.
 */
export class IntentIndex {
  readonly #byNonce: ReadonlyMap<string, Intent>;

  constructor(intents: readonly Intent[]) {
    this.#byNonce = new Map(intents.map((intent) => [intent.nonce, intent]));
    if (this.#byNonce.size !== intents.length) throw new Error('two intents share a nonce');
  }

  get(nonce: string): Intent | null {
    return this.#byNonce.get(nonce) ?? null;
  }

  ofEmail(email: string): Intent | null {
    const found = email
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .flatMap((word) => this.#byNonce.get(word) ?? []);
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  ofPaymentMethod(token: string): Intent | null {
    return this.#byNonce.get(token.slice(token.lastIndexOf('_') + 1)) ?? null;
  }
}

export function paidOrders(database: DatabaseSnapshot): OrderRow[] {
  return database.orders.filter((order) => order.status === 'paid');
}

/** Money that moved towards the shop. */
export function isCapture(charge: LedgerCharge): boolean {
  return charge.status === 'succeeded' && charge.captured;
}

/** Groups by a key; null keys are left out. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K | null): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

export function sumOf<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amountOf(item), 0);
}
