import type { Ledger, ProviderRequest } from './final-state.ts';

/**
 * Takes the sandbox's JSON for the harness's types. A field that is missing or of another type is
 * an error: read as `undefined` it would turn a sum into NaN, and NaN equals nothing and breaks nothing.
 */
export function parseLedger(json: unknown): Ledger {
  const ledger = new Fields('ledger', json);
  return {
    intents: ledger.list('intents').map((intent) => ({
      id: intent.text('id'),
      amount: intent.integer('amount'),
      currency: intent.text('currency'),
      status: intent.text('status'),
      paymentMethod: intent.textOrNull('payment_method'),
      amountReceived: intent.integer('amount_received'),
      createdMs: intent.integer('createdMs'),
    })),
    charges: ledger.list('charges').map((charge) => ({
      id: charge.text('id'),
      paymentIntent: charge.text('payment_intent'),
      amount: charge.integer('amount'),
      currency: charge.text('currency'),
      status: charge.oneOf('status', ['succeeded', 'failed']),
      captured: charge.flag('captured'),
      paymentMethod: charge.text('payment_method'),
      failureCode: charge.textOrNull('failure_code'),
      idempotencyKey: charge.textOrNull('idempotency_key'),
      createdMs: charge.integer('createdMs'),
    })),
    refunds: ledger.list('refunds').map((refund) => ({
      id: refund.text('id'),
      paymentIntent: refund.text('payment_intent'),
      charge: refund.textOrNull('charge'),
      amount: refund.integer('amount'),
      currency: refund.text('currency'),
      status: refund.text('status'),
      createdMs: refund.integer('createdMs'),
    })),
  };
}

export function parseRequests(json: unknown): ProviderRequest[] {
  return new Fields('requests', { all: json }).list('all').map((request) => ({
    seq: request.integer('seq'),
    atMs: request.integer('atMs'),
    method: request.text('method'),
    path: request.text('path'),
    idempotencyKey: request.textOrNull('idempotencyKey'),
    paymentMethod: request.textOrNull('paymentMethod'),
    outcome: request.textOrNull('outcome'),
    status: request.integerOrNull('status'),
    finishedAtMs: request.integerOrNull('finishedAtMs'),
    answered: request.flag('answered'),
  }));
}

export function parseOpen(json: unknown): number {
  return new Fields('open', json).integer('open');
}

class Fields {
  readonly #where: string;
  readonly #fields: Record<string, unknown>;

  constructor(where: string, json: unknown) {
    if (typeof json !== 'object' || json === null) throw new Error(`${where} is no object`);
    this.#where = where;
    this.#fields = json as Record<string, unknown>;
  }

  list(name: string): Fields[] {
    const value = this.#fields[name];
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list');
    return value.map((item, index) => new Fields(`${this.#where}.${name}[${index}]`, item));
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string') throw this.#wrong(name, 'a text');
    return value;
  }

  textOrNull(name: string): string | null {
    return this.#fields[name] === null ? null : this.text(name);
  }

  integer(name: string): number {
    const value = this.#fields[name];
    if (!Number.isSafeInteger(value)) throw this.#wrong(name, 'a whole number');
    return value as number;
  }

  integerOrNull(name: string): number | null {
    return this.#fields[name] === null ? null : this.integer(name);
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  oneOf<const W extends string>(name: string, words: readonly W[]): W {
    const value = this.text(name);
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.#wrong(name, words.join(' or '));
    return found;
  }

  #wrong(name: string, wanted: string): Error {
    return new Error(`${this.#where}.${name} is ${JSON.stringify(this.#fields[name])}, not ${wanted}`);
  }
}
