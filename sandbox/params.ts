import { z } from 'zod';
import { invalidRequest, type ApiError } from './api-error.ts';
import type { FormObject } from './form.ts';

/** Stripe's limits on metadata. @see https://docs.stripe.com/api/metadata */
const METADATA_KEYS_MAX = 50;
const METADATA_KEY_LENGTH_MAX = 40;
const METADATA_VALUE_LENGTH_MAX = 500;

/** Stripe's smallest charge in euros, and its eight digits at most. */
const AMOUNT_MINOR_MIN = 50;
const AMOUNT_MINOR_MAX = 99_999_999;

const integer = z
  .string()
  .refine((text) => /^\d{1,12}$/.test(text), { params: { code: 'parameter_invalid_integer' }, abort: true })
  .transform(Number);

const chargeAmount = integer
  .refine((amount) => amount >= AMOUNT_MINOR_MIN, { params: { code: 'amount_too_small' } })
  .refine((amount) => amount <= AMOUNT_MINOR_MAX, { params: { code: 'amount_too_large' } });

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A list as `types[]=card` or, as the SDK writes it, `types[0]=card`. */
function list<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const names = Object.keys(value);
    return names.every((name, index) => name === String(index)) ? Object.values(value) : value;
  }, z.array(item));
}

const metadata = z
  .record(z.string().max(METADATA_KEY_LENGTH_MAX), z.string().max(METADATA_VALUE_LENGTH_MAX))
  .refine((entries) => Object.keys(entries).length <= METADATA_KEYS_MAX)
  .default({});

export const createIntentParams = z.strictObject({
  amount: chargeAmount,
  currency: z
    .string()
    .regex(/^[a-z]{3}$/i)
    .transform((code) => code.toLowerCase()),
  metadata,
  description: z.string().max(1_000).optional(),
  payment_method_types: list(z.literal('card')).optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).optional(),
});

export const updateIntentParams = z.strictObject({ amount: chargeAmount });

export const confirmIntentParams = z.strictObject({
  payment_method: z.string().min(1).optional(),
  // Accepted and without effect: the sandbox never asks anybody to authenticate, so there is no such state.
  error_on_requires_action: flag.optional(),
  off_session: flag.optional(),
  return_url: z.url().optional(),
});

export const cancelIntentParams = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
});

export const createRefundParams = z
  .strictObject({
    payment_intent: z.string().optional(),
    charge: z.string().optional(),
    amount: integer
      .refine((amount) => amount > 0, { params: { code: 'parameter_invalid_integer' } })
      .optional(),
    reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata,
  })
  .refine((params) => (params.payment_intent === undefined) !== (params.charge === undefined), {
    path: ['payment_intent'],
    params: { code: 'parameter_missing' },
  });

export const noParams = z.strictObject({});

/** Parses parameters, or throws the 400 that Stripe would answer. */
export function parseParams<Output>(schema: z.ZodType<Output>, params: FormObject): Output {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw issue === undefined ? invalidRequest('Invalid request.') : refusalOf(issue, params);
}

function refusalOf(issue: z.core.$ZodIssue, params: FormObject): ApiError {
  if (issue.code === 'unrecognized_keys') {
    const param = nameOf([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  const param = nameOf(issue.path);
  if (valueAt(params, issue.path) === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const code: unknown = 'params' in issue ? issue.params?.['code'] : undefined;
  return invalidRequest(`Invalid ${param}: ${issue.message}`, {
    param,
    ...(typeof code === 'string' ? { code } : {}),
  });
}

/** `['metadata', 'order']` is `metadata[order]`, as in the request. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.map((part, depth) => (depth === 0 ? String(part) : `[${String(part)}]`)).join('');
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    params,
  );
}
