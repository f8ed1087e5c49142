import type { Ledger, LedgerCharge, LedgerIntent, ProviderRequest } from '../final-state.ts';
import { behaviourOf } from '../checkers/card.ts';
import type { Fault } from './fault.ts';
import type { Scheduler } from './scheduler.ts';

/** What a request is answered with. */
export interface ProviderAnswer {
  readonly status: number;
  /** Of an error. */
  readonly code: string | null;
  /** The intent as it is; null where there is none. */
  readonly intent: Readonly<LedgerIntent> | null;
}

export interface ProviderRequestBody {
  readonly action: 'open' | 'confirm' | 'retrieve' | 'cancel';
  /** Of the intent; null to open one. */
  readonly intentId: string | null;
  readonly idempotencyKey: string | null;
  readonly paymentMethod?: string;
  readonly amountMinor?: number;
  readonly currency?: string;
}

interface Kept {
  readonly request: string;
  /** Null while the first request with that key is under way. */
  answer: ProviderAnswer | null;
}

/**
 * The payment provider, with the idempotency keys of Stripe: the first answer is kept, a decline's and a
 * 500's too; the same key with another request is an error, and one that is still under way a 409.
 *
 * A strict one refuses to confirm what is paid, as Stripe does. A lax one charges again: only the key then
 * keeps an order from being charged twice.
 */
export class Provider {
  readonly #scheduler: Scheduler;
  readonly #strict: boolean;
  readonly #slowMs: number;
  readonly #processes: boolean;
  readonly #wallMs: () => number;
  readonly #onMet: (what: string) => void;
  readonly #intents = new Map<string, LedgerIntent>();
  readonly #charges: LedgerCharge[] = [];
  readonly #requests: ProviderRequest[] = [];
  readonly #keys = new Map<string, Kept>();

  constructor(options: {
    scheduler: Scheduler;
    strict: boolean;
    /** How long a bank thinks. */
    slowMs: number;
    /** Whether the answer comes first and says 'processing'. */
    processes: boolean;
    wallMs: () => number;
    onMet: (what: string) => void;
  }) {
    this.#scheduler = options.scheduler;
    this.#strict = options.strict;
    this.#slowMs = options.slowMs;
    this.#processes = options.processes;
    this.#wallMs = options.wallMs;
    this.#onMet = options.onMet;
  }

  get ledger(): Ledger {
    return { intents: [...this.#intents.values()], charges: this.#charges, refunds: [] };
  }

  get requests(): readonly ProviderRequest[] {
    return this.#requests;
  }

  /** Requests under way, and payments that are still at the bank. */
  get open(): number {
    const working = this.#requests.filter(({ finishedAtMs }) => finishedAtMs === null).length;
    return working + [...this.#intents.values()].filter(({ status }) => status === 'processing').length;
  }

  async answer(body: ProviderRequestBody, fault: Fault | null): Promise<ProviderAnswer> {
    const { action, intentId, idempotencyKey, paymentMethod = null } = body;
    const request: ProviderRequest = {
      seq: this.#requests.length + 1,
      atMs: this.#wallMs(),
      method: action === 'retrieve' ? 'GET' : 'POST',
      path: `/v1/payment_intents${intentId === null ? '' : `/${intentId}`}/${action}`,
      idempotencyKey,
      paymentMethod,
      outcome: null,
      status: null,
      finishedAtMs: null,
      answered: false,
    };
    this.#requests.push(request);
    const { answer, outcome } = await this.#keyed(body, fault);
    request.outcome = outcome;
    request.status = answer.status;
    request.finishedAtMs = this.#wallMs();
    request.answered = true;
    return answer;
  }

  async #keyed(
    body: ProviderRequestBody,
    fault: Fault | null,
  ): Promise<{ answer: ProviderAnswer; outcome: string }> {
    const { idempotencyKey } = body;
    if (fault?.kind === 'provider-busy') {
      this.#onMet('payments: provider-busy');
      return { answer: refusal(429, 'rate_limit'), outcome: 'rejected' };
    }
    if (idempotencyKey === null) return { answer: await this.#execute(body), outcome: 'executed' };
    const text = JSON.stringify({ ...body, idempotencyKey: null });
    const kept = this.#keys.get(idempotencyKey);
    if (kept !== undefined) {
      if (kept.request !== text)
        return { answer: refusal(400, 'idempotency_error'), outcome: 'idempotency_error' };
      this.#onMet(kept.answer === null ? 'provider: key in use' : 'provider: replayed');
      return kept.answer === null
        ? { answer: refusal(409, 'idempotency_key_in_use'), outcome: 'concurrent' }
        : { answer: kept.answer, outcome: 'replayed' };
    }
    const mine: Kept = { request: text, answer: null };
    this.#keys.set(idempotencyKey, mine);
    const executed = await this.#execute(body);
    if (fault?.kind === 'provider-error') {
      this.#onMet('payments: provider-error');
      mine.answer = refusal(500, 'api_error');
    } else {
      mine.answer = executed;
    }
    return { answer: mine.answer, outcome: 'executed' };
  }

  async #execute(body: ProviderRequestBody): Promise<ProviderAnswer> {
    if (body.action === 'open') return answerOf(this.#open(body));
    const intent = this.#intents.get(body.intentId ?? '');
    if (intent === undefined) return refusal(404, 'resource_missing');
    switch (body.action) {
      case 'retrieve':
        return answerOf(intent);
      case 'cancel':
        if (intent.status !== 'requires_payment_method') return wrongState(intent);
        intent.status = 'canceled';
        return answerOf(intent);
      case 'confirm':
        return this.#confirm(intent, body);
    }
  }

  #open({ amountMinor = 0, currency = '' }: ProviderRequestBody): LedgerIntent {
    const intent: LedgerIntent = {
      id: `pi_${this.#intents.size + 1}`,
      amount: amountMinor,
      currency,
      status: 'requires_payment_method',
      paymentMethod: null,
      amountReceived: 0,
      createdMs: this.#wallMs(),
    };
    this.#intents.set(intent.id, intent);
    return intent;
  }

  async #confirm(intent: LedgerIntent, body: ProviderRequestBody): Promise<ProviderAnswer> {
    const { paymentMethod = '', idempotencyKey } = body;
    if (intent.status === 'canceled' || intent.status === 'processing') return wrongState(intent);
    if (intent.status === 'succeeded' && this.#strict) return wrongState(intent);
    const behaviour = behaviourOf(paymentMethod);
    const failureCode = behaviour === 'good' ? null : declineCodeOf(behaviour);
    if (failureCode === null && this.#slowMs > 0) {
      if (this.#processes) {
        intent.status = 'processing';
        this.#scheduler.after(this.#slowMs, () => this.#charge(intent, paymentMethod, null, idempotencyKey));
        this.#onMet('provider: processing');
        return answerOf(intent);
      }
      await this.#bankThinks();
      // Somebody cancelled it meanwhile, or (which only a strict provider minds) paid it.
      if (this.#now(intent) === 'canceled' || (this.#strict && this.#now(intent) === 'succeeded'))
        return wrongState(intent);
    }
    this.#charge(intent, paymentMethod, failureCode, idempotencyKey);
    return failureCode === null
      ? answerOf(intent)
      : { status: 402, code: failureCode, intent: { ...intent } };
  }

  /** The one place where money moves. */
  #charge(
    intent: LedgerIntent,
    paymentMethod: string,
    failureCode: string | null,
    idempotencyKey: string | null,
  ): void {
    this.#charges.push({
      id: `ch_${this.#charges.length + 1}`,
      paymentIntent: intent.id,
      amount: intent.amount,
      currency: intent.currency,
      status: failureCode === null ? 'succeeded' : 'failed',
      captured: failureCode === null,
      paymentMethod,
      failureCode,
      idempotencyKey,
      createdMs: this.#wallMs(),
    });
    if (failureCode !== null) return;
    intent.status = 'succeeded';
    intent.paymentMethod = paymentMethod;
    intent.amountReceived = intent.amount;
  }

  /** Time has passed since it was last looked at. */
  #now(intent: LedgerIntent): string {
    return intent.status;
  }

  #bankThinks(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#scheduler.after(this.#slowMs, resolve);
    return promise;
  }
}

function answerOf(intent: LedgerIntent): ProviderAnswer {
  return { status: 200, code: null, intent: { ...intent } };
}

function refusal(status: number, code: string): ProviderAnswer {
  return { status, code, intent: null };
}

function wrongState(intent: LedgerIntent): ProviderAnswer {
  return { status: 400, code: 'payment_intent_unexpected_state', intent: { ...intent } };
}

function declineCodeOf(behaviour: 'declining-card' | 'insufficient-funds' | 'unknown'): string {
  return behaviour === 'insufficient-funds' ? 'insufficient_funds' : 'card_declined';
}
