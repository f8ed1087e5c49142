import { z } from 'zod';
import type { Problem } from '../idempotency/index.ts';

/** The body of every error: RFC 9457, and what a caller needs to decide whether to call again. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().describe('The HTTP status.'),
  detail: z.string().describe('What happened, whether anything was charged, what to do.'),
  code: z.string().describe('What a program tells errors apart by.'),
  definite: z
    .boolean()
    .describe('Whether this answer will stay true. Only then may a new key be made for the same intent.'),
  retryable: z.boolean().describe('Whether the same call with the same key may be sent again.'),
  retryAfterMs: z.number().nullable(),
  operationId: z.string().nullable(),
  serverTime: z.string().exactOptional().describe('ISO 8601, only where the caller’s clock may be wrong.'),
}) satisfies z.ZodType<Problem>;
