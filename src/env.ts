import { z } from 'zod';

const shared = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }),
  STRIPE_SECRET_KEY: z
    .string({ error: 'must be a Stripe key' })
    .startsWith('sk_test_', { error: 'must be a key of Stripe’s test mode (sk_test_…)' }),
  /** The sandbox, or a proxy before it. Absent: Stripe itself. */
  STRIPE_API_BASE: z.url({ protocol: /^https?$/, error: 'must be an http:// address' }).optional(),
  NODE_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, { error: 'must be lower-case letters, digits and dashes' })
    .default('node'),
  /** Where the node runs; the audit trail says it with each event. */
  REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, { error: 'must be lower-case letters, digits and dashes' })
    .default('local'),
  /** Keys and customers are named by hashes made with it, in logs and audit trail. The same on every node. */
  AUDIT_SECRET: z.string({ error: 'must be set' }).min(32, { error: 'must have at least 32 characters' }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
};

const worker = z.object(shared);
const web = z.object({
  ...shared,
  COOKIE_SECRET: z.string({ error: 'must be set' }).min(32, { error: 'must have at least 32 characters' }),
  /** Who shows it may read `/api/metrics`. Absent: nobody may. */
  METRICS_TOKEN: z.string().min(16, { error: 'must have at least 16 characters' }).optional(),
  /** Where customers reach the shop. With https, the cookie is marked secure. */
  PUBLIC_URL: z.url({ error: 'must be an http(s):// address' }).optional(),
});

export type WorkerEnv = z.output<typeof worker>;
export type WebEnv = z.output<typeof web>;

/** A setting is missing or wrong. Its message is one sentence that names it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws EnvironmentError naming the first wrong variable; never showing its value, it may be a secret */
function parse<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  // An empty variable is an unset one: that is what `NAME=` in an .env file means to people.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new EnvironmentError(
    `The environment variable ${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}.`,
  );
}

export const parseWebEnv = (env: NodeJS.ProcessEnv): WebEnv => parse(web, env);
export const parseWorkerEnv = (env: NodeJS.ProcessEnv): WorkerEnv => parse(worker, env);
