import { vi } from 'vitest';

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look at single fields of Stripe's large objects; typing those objects here would only repeat the SDK.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface LedgerView {
  readonly intents: {
    id: string;
    status: string;
    amount: number;
    amount_received: number;
    metadata: Record<string, string>;
  }[];
  readonly charges: {
    id: string;
    payment_intent: string;
    status: string;
    captured: boolean;
    amount: number;
    payment_method: string;
    failure_code: string | null;
    idempotency_key: string | null;
  }[];
  readonly refunds: { id: string; amount: number; charge: string; payment_intent: string }[];
}

export interface LoggedRequest {
  readonly seq: number;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly paymentMethod: string | null;
  readonly outcome: string | null;
  readonly status: number | null;
  readonly finishedAtMs: number | null;
  readonly answered: boolean;
}

/** Speaks to a sandbox by plain `fetch`, so that its tests share no code with the gateway's SDK. */
export class SandboxClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async post(
    path: string,
    params: Record<string, string>,
    options: { key?: string; signal?: AbortSignal } = {},
  ): Promise<ApiReply> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: {
        Authorization: 'Bearer sk_test_sandbox',
        ...(options.key === undefined ? {} : { 'Idempotency-Key': options.key }),
      },
      body: new URLSearchParams(params),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return replyOf(response);
  }

  async get(path: string): Promise<ApiReply> {
    return replyOf(await fetch(this.#url + path, { headers: { Authorization: 'Bearer sk_test_sandbox' } }));
  }

  async createIntent(amount = 1_999): Promise<string> {
    const reply = await this.post('/v1/payment_intents', { amount: String(amount), currency: 'eur' });
    return String(reply.json.id);
  }

  confirm(
    intent: string,
    paymentMethod: string,
    options: { key?: string; signal?: AbortSignal } = {},
  ): Promise<ApiReply> {
    return this.post(`/v1/payment_intents/${intent}/confirm`, { payment_method: paymentMethod }, options);
  }

  async ledger(): Promise<LedgerView> {
    return (await this.get('/sandbox/ledger')).json;
  }

  async requests(): Promise<LoggedRequest[]> {
    return (await this.get('/sandbox/requests')).json;
  }

  async open(): Promise<number> {
    return (await this.get('/sandbox/open')).json.open;
  }

  /** Waits for what is seen in the ledger, never for time to pass. */
  untilCharged(intent: string): Promise<void> {
    return vi.waitFor(
      async () => {
        const { charges } = await this.ledger();
        if (!charges.some((charge) => charge.payment_intent === intent && charge.captured)) {
          throw new Error(`No charge of ${intent} yet.`);
        }
      },
      { timeout: 10_000, interval: 20 },
    );
  }

  untilNothingIsOpen(): Promise<void> {
    return vi.waitFor(
      async () => {
        const open = await this.open();
        if (open !== 0) throw new Error(`${open} requests are under way.`);
      },
      { timeout: 10_000, interval: 20 },
    );
  }
}

async function replyOf(response: Response): Promise<ApiReply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
