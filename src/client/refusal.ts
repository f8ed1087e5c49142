import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';

/** An answer of our API that says no, or not yet: the `data` of a tRPC error. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Stored under the key, or true for ever. */
  readonly definite: boolean;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly operationId: string | null;
  /** ISO 8601; on refusals for the time in a key. */
  readonly serverTime?: string | undefined;
}

/** Members that it doesn't know are let through: a newer server may say more. */
export const refusalSchema: z.ZodType<Refusal> = z.looseObject({
  code: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  definite: z.boolean(),
  retryable: z.boolean(),
  retryAfterMs: z.number().nonnegative().nullable(),
  operationId: z.string().nullable(),
  serverTime: z.string().optional(),
});

/**
 * The refusal that an error carries; null where it carries none, or something that only resembles one: then
 * nothing is known.
 *
 * @remarks
 * It looks at the error itself, never into its causes: an unknown outcome often has a refusal for its cause.
 */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof TRPCClientError)) return null;
  const parsed = refusalSchema.safeParse(error.data);
  return parsed.success ? parsed.data : null;
}

/** Whether an error settles its call for good. Everything that isn't a definite refusal leaves it open. */
export function definite(error: unknown): boolean {
  return refusalOf(error)?.definite === true;
}
