/** A movement of money, as the provider tells it. */
export interface Charge {
  readonly id: string;
  readonly payment_intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: 'succeeded' | 'failed';
}

interface Ledger {
  readonly charges: Charge[];
  readonly refunds: { readonly id: string }[];
}

const CALL_LIMIT_MS = 5_000;

/** The provider's own books: they know nothing of the shop's database. */
export class ProviderLedger {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  read(): Promise<Ledger> {
    return this.#get<Ledger>('/sandbox/ledger');
  }

  /** Requests that the provider still works on, held answers included. */
  async open(): Promise<number> {
    return (await this.#get<{ open: number }>('/sandbox/open')).open;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path, { signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    if (!response.ok) throw new Error(`The sandbox answered ${path} with ${response.status}.`);
    return (await response.json()) as T;
  }
}
