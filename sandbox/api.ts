import { ApiError, invalidRequest, unauthenticated } from './api-error.ts';
import { checkKey, hashParams, Idempotency, keyInUse, type StoredResult } from './idempotency.ts';
import { endpointFor, type Endpoint, type Result } from './endpoints.ts';
import { decodeForm, MalformedForm, nestForm, type FormEntry, type FormObject } from './form.ts';
import { newId } from './ids.ts';
import type { Ledger } from './ledger.ts';
import { PaymentIntents } from './payment-intents.ts';
import { Refunds } from './refunds.ts';
import { RequestLog, type Outcome } from './request-log.ts';
import type { Delivery } from './test-cards.ts';

/** An HTTP request whose last byte has come. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
  readonly body: string;
}

export interface Answer {
  /** The request's number in the log. */
  readonly seq: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery: Delivery;
}

/** What the pipeline decides; the log and the headers are made of it. */
interface Decision {
  readonly outcome: Outcome;
  readonly status: number;
  readonly body: string;
  readonly delivery: Delivery;
  readonly replayOf?: string;
}

/**
 * Stripe's API over a ledger, apart from HTTP.
 *
 * ```
 *   log arrival ──▶ authenticate ──▶ route ──▶ key known? ──▶ validate ──▶ execute ──▶ store result
 *    (commits)                                 └─ replay                  └───── one transaction ────┘
 * ```
 *
 * All of it is synchronous, so requests are executed one after the other. Only an answer that takes its time
 * keeps a key in use while others come in.
 */
export class Api {
  readonly #ledger: Ledger;
  readonly #intents: PaymentIntents;
  readonly #refunds: Refunds;
  readonly #idempotency: Idempotency;
  readonly #log: RequestLog;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#intents = new PaymentIntents(ledger);
    this.#refunds = new Refunds(ledger);
    this.#idempotency = new Idempotency(ledger);
    this.#log = new RequestLog(ledger);
  }

  handle(request: ApiRequest): Answer {
    const form = readForm(request);
    const paramsHash = hashParams(request.method, request.path, form.entries);
    const paymentMethod = form.params['payment_method'];
    const seq = this.#log.arrived({
      method: request.method,
      path: request.path,
      idempotencyKey: request.idempotencyKey,
      paramsHash,
      paymentMethod: typeof paymentMethod === 'string' ? paymentMethod : null,
    });
    const requestId = newId('req');
    const decision = this.#ledger.transaction(() => {
      const decided = this.#decide(request, form, paramsHash, requestId);
      this.#log.decided(seq, decided.outcome, decided.status);
      return decided;
    });
    if (decision.delivery === 'late' && request.idempotencyKey !== null) {
      this.#idempotency.hold(request.idempotencyKey);
    }
    return {
      seq,
      status: decision.status,
      headers: headersOf(request, requestId, decision),
      body: decision.body,
      delivery: decision.delivery,
    };
  }

  /** The answer has left, or never will: its key is no longer in use. */
  finish(request: ApiRequest, answer: Answer, answered: boolean): void {
    if (answer.delivery === 'late' && request.idempotencyKey !== null) {
      this.#idempotency.release(request.idempotencyKey);
    }
    this.#log.finished(answer.seq, answered);
  }

  #decide(request: ApiRequest, form: Form, paramsHash: string, requestId: string): Decision {
    try {
      if (form.problem !== undefined) throw invalidRequest(form.problem);
      authenticate(request.authorization);
      const route = endpointFor(request.method, request.path);
      // Stripe ignores keys on GET: reading is idempotent by itself.
      const key = request.method === 'POST' ? request.idempotencyKey : null;
      if (key !== null) {
        checkKey(key);
        if (this.#idempotency.isInUse(key)) throw keyInUse(key);
        const stored = this.#idempotency.lookUp(key, paramsHash);
        if (stored !== undefined) return replay(stored);
      }
      const execute = route.endpoint({
        id: route.id,
        params: form.params,
        idempotencyKey: key,
        intents: this.#intents,
        refunds: this.#refunds,
      });
      const result = executed(execute);
      const body = JSON.stringify(result.object);
      if (key !== null) {
        const withheld = result.delivery === 'never';
        this.#idempotency.store(key, paramsHash, { status: result.status, body, withheld, requestId });
      }
      return { outcome: 'executed', status: result.status, body, delivery: result.delivery };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { outcome: outcomeOf(error), ...resultOf(error) };
    }
  }
}

/** From here on everything is stored under the key, refusals too: the endpoint has begun. */
function executed(execute: ReturnType<Endpoint>): Result {
  try {
    return execute();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, object: { error: error.body }, delivery: 'prompt' };
  }
}

function replay(stored: StoredResult): Decision {
  return {
    outcome: 'replayed',
    status: stored.status,
    body: stored.body,
    delivery: stored.withheld ? 'never' : 'prompt',
    replayOf: stored.requestId,
  };
}

function resultOf(error: ApiError): Pick<Decision, 'status' | 'body' | 'delivery'> {
  return { status: error.status, body: JSON.stringify({ error: error.body }), delivery: 'prompt' };
}

function outcomeOf(error: ApiError): Outcome {
  if (error.body.code === 'idempotency_key_in_use') return 'concurrent';
  return error.body.type === 'idempotency_error' ? 'idempotency_error' : 'rejected';
}

function headersOf(request: ApiRequest, requestId: string, decision: Decision): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Request-Id': requestId,
    ...(request.idempotencyKey === null ? {} : { 'Idempotency-Key': request.idempotencyKey }),
    ...(decision.replayOf === undefined
      ? {}
      : { 'Idempotent-Replayed': 'true', 'Original-Request': decision.replayOf }),
  };
}

/** Any test key will do: the sandbox has one account. Live keys are refused, lest someone believes it's Stripe. */
function authenticate(authorization: string | undefined): void {
  const key = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (key === undefined) {
    throw unauthenticated('You did not provide an API key: send `Authorization: Bearer sk_test_…`.');
  }
  if (!key.startsWith('sk_test_'))
    throw unauthenticated('Invalid API key provided: the sandbox takes sk_test_… only.');
}

interface Form {
  readonly entries: readonly FormEntry[];
  readonly params: FormObject;
  /** Why it could not be read. It is logged all the same, and then refused. */
  readonly problem?: string;
}

function readForm(request: ApiRequest): Form {
  if (request.body !== '' && !isForm(request.contentType)) {
    return { entries: [], params: {}, problem: 'The body must be application/x-www-form-urlencoded.' };
  }
  try {
    const entries = [...decodeForm(request.query), ...decodeForm(request.body)];
    return { entries, params: nestForm(entries) };
  } catch (error) {
    if (!(error instanceof MalformedForm)) throw error;
    return { entries: [], params: {}, problem: error.message };
  }
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}
