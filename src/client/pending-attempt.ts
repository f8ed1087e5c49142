import canonicalize from 'canonicalize';
import { z } from 'zod';

/** What a pending attempt is stored under: at most one attempt is pending for one thing that a customer wants. */
export interface AttemptSlot {
  /** An opaque mark of the customer for whom the attempt began; it keeps that one when a guest logs in. */
  readonly customer: string;
  /** The procedure's path: `checkout.placeOrder`. */
  readonly procedure: string;
  /** What the customer wants done once, whatever the details: a checkout's id. */
  readonly intent: string;
}

/**
 * A call whose outcome isn't known for certain yet, whole: with it alone any tab, now or after a crash, sends
 * the same request again under the same key.
 */
export interface PendingAttempt extends AttemptSlot {
  readonly key: string;
  /** As JSON gives it back: what is stored is what is sent. */
  readonly input: unknown;
  /** By the server's clock. */
  readonly createdAtMs: number;
  /** Requests that left under this key, from any tab. 0: nothing was ever sent. */
  readonly attempts: number;
  /** The server's name for the operation, once an answer told it. */
  readonly operationId: string | null;
}

const pendingAttempt: z.ZodType<PendingAttempt> = z.strictObject({
  customer: z.string(),
  procedure: z.string().min(1),
  intent: z.string(),
  key: z.uuid(),
  // A mutation without input stores none: JSON has no undefined.
  input: z.unknown().default(undefined),
  createdAtMs: z.number(),
  attempts: z.int().nonnegative(),
  operationId: z.string().nullable(),
});

/** Reads a stored attempt; null for a text that isn't one. */
export function parseAttempt(text: string): PendingAttempt | null {
  try {
    return pendingAttempt.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether an attempt carries this very input. The order of an object's members doesn't matter. */
export function hasInput(attempt: PendingAttempt, input: unknown): boolean {
  return canonicalize(attempt.input) === canonicalize(asJson(input));
}

/** The value as the server will see it. */
export function asJson(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
