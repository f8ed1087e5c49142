/** Stripe's closed list of error types. @see https://docs.stripe.com/api/errors */
export type ApiErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** What stands under `error` in a refusal's body. */
export interface ApiErrorBody {
  readonly type: ApiErrorType;
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
}

/** A refusal in Stripe's shape. Thrown while validating it isn't stored; thrown while executing it is. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: ApiErrorBody;

  constructor(status: number, body: ApiErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details });
}

export function unauthenticated(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message });
}

/** Stripe answers 404 where the missing object is the one in the path, 400 where a parameter names it. */
export function resourceMissing(kind: string, id: string, param: string, status: 400 | 404): ApiError {
  return new ApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });
}

export function unexpectedState(message: string, paymentIntent: object): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: paymentIntent,
  });
}
