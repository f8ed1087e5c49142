import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { FAULT_KINDS } from './fault.ts';
import { USUAL_LIMITS } from './limits.ts';
import type { SimulatedLimits } from './limits.ts';
import type { Plan } from './plan.ts';
import { PRODUCTS } from './shop.ts';

const count = z.int().positive();
const ms = z.int().nonnegative();
const card = z.enum(['good', 'declining', 'poor']);
const lines = z.array(z.strictObject({ sku: z.enum(Object.keys(PRODUCTS)), quantity: count })).min(1);

const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pay'), card, maxAttempts: count.exactOptional() }),
  z.strictObject({ do: z.literal('double-click'), card }),
  z.strictObject({ do: z.literal('second-tab'), card, afterMs: ms }),
  z.strictObject({ do: z.literal('reload'), card, afterMs: ms }),
  z.strictObject({ do: z.literal('other-device'), card, afterMs: ms }),
  z.strictObject({ do: z.literal('change-cart'), lines, card }),
  z.strictObject({ do: z.literal('ask') }),
  z.strictObject({ do: z.literal('reuse-key') }),
  z.strictObject({ do: z.literal('borrow-key'), from: z.string() }),
  z.strictObject({ do: z.literal('look') }),
]);

const latency = z.strictObject({ leastMs: ms, mostMs: ms });
const kind = z.enum(FAULT_KINDS);

const limits = z.strictObject(
  Object.fromEntries(Object.keys(USUAL_LIMITS).map((name) => [name, ms])) as Record<
    keyof SimulatedLimits,
    typeof ms
  >,
);

const plan: z.ZodType<Plan> = z.strictObject({
  version: z.literal(1),
  seed: z.string(),
  webNodes: count,
  workers: count,
  beforeMidnightMs: ms,
  nodeSkewsMs: z.array(z.int()),
  limits,
  layers: z.strictObject({
    intentGuard: z.boolean(),
    conditionalWrites: z.boolean(),
    strictProvider: z.boolean(),
  }),
  latencies: z.strictObject({ edge: latency, db: latency, payments: latency }),
  provider: z.strictObject({ slowMs: ms, processes: z.boolean() }),
  stock: ms,
  customers: z
    .array(
      z.strictObject({
        name: z.string(),
        nonce: z.string().regex(/^[a-z0-9]+$/),
        lines,
        homeNode: count,
        skewMs: z.int(),
        loadsPages: z.boolean(),
        startMs: ms.nullable(),
        steps: z.array(step),
        comesBack: z.boolean(),
      }),
    )
    .min(1),
  faults: z.union([
    z.array(z.strictObject({ at: z.string(), kind, ms })),
    z.strictObject({ kinds: z.array(kind), chance: z.number(), most: ms, msMax: count }),
  ]),
});

export function writePlan(path: string, plan: Plan): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(plan, null, 2)}\n`);
}

/** Throws a sentence for whoever typed the path. */
export function readPlan(path: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} can’t be read as a plan: ${String(cause)}`, { cause });
  }
  const parsed = plan.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${path} is no plan: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
