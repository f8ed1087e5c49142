import { z } from 'zod';
import { CLIENT_LIMITS } from '../run/limits.ts';
import type { ClientLimits } from '../schedule/schedule.ts';
import type { App, AppFile, LedgerAdapter, LedgerRows, PurchaseRequest, Reading, Workload } from './app.ts';

/** Fewer can't have all roles and something for each fault; more tell nothing new. */
export const PURCHASES = { least: 10, most: 1_000 } as const;

const PURCHASES_BY_DEFAULT = 30;

/** As long as the shop's own. */
const SETTLE_MS = 30_000;

const milliseconds = z.int().positive();
const minor = z.int().positive();
const text = z.string().min(1);

/** A schema can't look into a function: what it returns is looked at when it has. */
const work = <F>() => z.custom<F>((value) => typeof value === 'function', 'must be a function');

const WORD = 'must be lower-case letters, digits and hyphens';

const link = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, WORD)
    // The harness calls the app's nodes web-1, web-2, and knows by it whom a fault hits.
    .refine((name) => !/^(web|worker)/.test(name), 'must not begin with web or worker'),
  kind: z.enum(['http', 'postgres']),
  to: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/@]+):\d+$/, 'must be host:port'),
  listenPort: z.int().min(1).max(65_535),
});

const limits = z.strictObject({
  attemptTimeoutMs: milliseconds.optional(),
  // Who never asks again tests nothing.
  maxAttempts: z.int().min(2).optional(),
  totalBudgetMs: milliseconds.optional(),
  backoffBaseMs: milliseconds.optional(),
  backoffCapMs: milliseconds.optional(),
});

export const appSchema: z.ZodType<App, AppFile> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, WORD),
  nodes: z
    .array(z.string().refine(isOrigin, 'must be like http://127.0.0.1:3000, with nothing after it'))
    .min(1),
  links: z
    .array(link)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two have the same name')
    .default([]),
  workload: z.strictObject({
    purchases: z.int().min(PURCHASES.least).max(PURCHASES.most).default(PURCHASES_BY_DEFAULT),
    amountMinor: minor.optional(),
    prepare: work<NonNullable<Workload['prepare']>>().optional(),
    request: work<Workload['request']>(),
    read: work<Workload['read']>(),
    isReplay: work<NonNullable<Workload['isReplay']>>().optional(),
  }),
  ledger: z.strictObject({ read: work<LedgerAdapter['read']>() }),
  limits: limits.default({}).transform((given): ClientLimits => ({
    attemptTimeoutMs: given.attemptTimeoutMs ?? CLIENT_LIMITS.attemptTimeoutMs,
    maxAttempts: given.maxAttempts ?? CLIENT_LIMITS.maxAttempts,
    totalBudgetMs: given.totalBudgetMs ?? CLIENT_LIMITS.totalBudgetMs,
    backoffBaseMs: given.backoffBaseMs ?? CLIENT_LIMITS.backoffBaseMs,
    backoffCapMs: given.backoffCapMs ?? CLIENT_LIMITS.backoffCapMs,
  })),
  settleMs: milliseconds.default(SETTLE_MS),
});

export const requestSchema: z.ZodType<PurchaseRequest> = z.strictObject({
  method: z.enum(['POST', 'PUT', 'PATCH']).optional(),
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
});

export const readingSchema: z.ZodType<Reading> = z.discriminatedUnion('says', [
  z.strictObject({ says: z.literal('ok'), id: text, amountMinor: minor.optional() }),
  z.strictObject({ says: z.literal('refused'), code: text }),
  z.strictObject({ says: z.literal('fail'), code: text }),
  z.strictObject({ says: z.literal('in doubt'), code: text }),
]);

export const rowsSchema: z.ZodType<LedgerRows> = z.strictObject({
  effects: z.array(
    z.strictObject({
      nonce: z.string(),
      id: text,
      amountMinor: minor.optional(),
      state: z.enum(['done', 'pending', 'failed']).optional(),
    }),
  ),
  charges: z
    .array(
      z.strictObject({
        nonce: z.string(),
        id: text,
        amountMinor: minor.optional(),
        refunded: z.boolean().optional(),
      }),
    )
    .optional(),
});

/** Nothing but scheme, host and port; TLS would hide from the harness what passes. */
function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, origin, href } = new URL(value);
  return protocol === 'http:' && (href === origin || href === `${origin}/`);
}
