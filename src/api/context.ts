import type { Tx } from '../database/database.ts';
import type { Attempt } from '../idempotency/index.ts';
import type { CallContext } from '../idempotency/trpc/index.ts';
import type { Services } from '../services.ts';

/** What every procedure gets. */
export interface Context {
  readonly services: Services;
  /** From the signed cookie; null for a caller without one. */
  readonly customerId: string | null;
  readonly idempotencyKey: string | null;
  readonly attempt: Attempt | null;
  readonly isBatch: boolean;
  readonly responseHeaders: Headers;
}

/** What a customer's procedure gets: it acts for that customer and nobody else. */
export interface CustomerContext extends Context, Omit<CallContext<Tx>, keyof Context> {
  readonly customerId: string;
}
