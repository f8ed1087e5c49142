import { ApiError } from './api-error.ts';
import type { FormObject } from './form.ts';
import {
  cancelIntentParams,
  confirmIntentParams,
  createIntentParams,
  createRefundParams,
  noParams,
  parseParams,
  updateIntentParams,
} from './params.ts';
import { paymentIntentObject } from './payment-intent.ts';
import { presentCard, type PaymentIntents } from './payment-intents.ts';
import { refundObject, type Refunds } from './refunds.ts';
import type { Delivery } from './test-cards.ts';

export interface Call {
  /** The id in the path; empty where the path has none. */
  readonly id: string;
  readonly params: FormObject;
  readonly idempotencyKey: string | null;
  readonly intents: PaymentIntents;
  readonly refunds: Refunds;
}

export interface Result {
  readonly status: number;
  readonly object: object;
  readonly delivery: Delivery;
}

/**
 * Validates, and returns what executes.
 *
 * The two halves are Stripe's rule about stored results: what the first throws was refused before execution began
 * and is stored nowhere; whatever the second returns or throws is the key's answer for ever.
 */
export type Endpoint = (call: Call) => () => Result;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly endpoint: Endpoint;
}

const createIntent: Endpoint = ({ params, intents }) => {
  const wanted = parseParams(createIntentParams, params);
  return () => ok(paymentIntentObject(intents.create(wanted)));
};

const retrieveIntent: Endpoint = ({ id, params, intents }) => {
  parseParams(noParams, params);
  const intent = intents.named(id);
  return () => ok(paymentIntentObject(intent));
};

const updateIntent: Endpoint = ({ id, params, intents }) => {
  const wanted = parseParams(updateIntentParams, params);
  const intent = intents.named(id);
  return () => ok(paymentIntentObject(intents.update(intent, wanted)));
};

const confirmIntent: Endpoint = ({ id, params, idempotencyKey, intents }) => {
  const wanted = parseParams(confirmIntentParams, params);
  const intent = intents.named(id);
  const card = wanted.payment_method === undefined ? undefined : presentCard(wanted.payment_method);
  return () => {
    const confirmed = intents.confirm(intent, card, idempotencyKey);
    return { ...ok(paymentIntentObject(confirmed.intent)), delivery: confirmed.delivery };
  };
};

const cancelIntent: Endpoint = ({ id, params, intents }) => {
  const wanted = parseParams(cancelIntentParams, params);
  const intent = intents.named(id);
  return () => ok(paymentIntentObject(intents.cancel(intent, wanted)));
};

const createRefund: Endpoint = ({ params, idempotencyKey, refunds }) => {
  const wanted = parseParams(createRefundParams, params);
  const charge = refunds.refundable(wanted);
  return () => ok(refundObject(refunds.create(charge, wanted, idempotencyKey)));
};

const retrieveRefund: Endpoint = ({ id, params, refunds }) => {
  parseParams(noParams, params);
  const refund = refunds.named(id);
  return () => ok(refundObject(refund));
};

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/v1\/payment_intents$/, endpoint: createIntent },
  { method: 'GET', path: /^\/v1\/payment_intents\/(\w+)$/, endpoint: retrieveIntent },
  { method: 'POST', path: /^\/v1\/payment_intents\/(\w+)$/, endpoint: updateIntent },
  { method: 'POST', path: /^\/v1\/payment_intents\/(\w+)\/confirm$/, endpoint: confirmIntent },
  { method: 'POST', path: /^\/v1\/payment_intents\/(\w+)\/cancel$/, endpoint: cancelIntent },
  { method: 'POST', path: /^\/v1\/refunds$/, endpoint: createRefund },
  { method: 'GET', path: /^\/v1\/refunds\/(\w+)$/, endpoint: retrieveRefund },
];

/** The endpoint for a request, or Stripe's 404 for an unknown URL. */
export function endpointFor(method: string, path: string): { endpoint: Endpoint; id: string } {
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match !== null) return { endpoint: route.endpoint, id: match[1] ?? '' };
  }
  throw new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). The sandbox knows a part of Stripe's API only.`,
  });
}

function ok(object: object): Result {
  return { status: 200, object, delivery: 'prompt' };
}
