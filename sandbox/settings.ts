import { z } from 'zod';

/** As slow as a provider may be and still answer within an ordinary client's patience. */
const SLOW_MS_DEFAULT = 4_000;
const SLOW_MS_MAX = 600_000;

/** Digits only: a coerced `''` would be 0, and 0 means something here. */
function wholeNumber(max: number, sentence: string) {
  return z
    .string(sentence)
    .regex(/^\d{1,9}$/, sentence)
    .transform(Number)
    .refine((number) => number <= max, sentence);
}

const LEDGER = 'SANDBOX_LEDGER must name the SQLite file that holds the ledger.';

const environment = z.object({
  PORT: wholeNumber(65_535, 'PORT must be a whole number from 0 to 65535 (0 picks a free port).'),
  SANDBOX_LEDGER: z.string(LEDGER).min(1, LEDGER),
  SANDBOX_SLOW_MS: wholeNumber(
    SLOW_MS_MAX,
    `SANDBOX_SLOW_MS must be a whole number of milliseconds, at most ${SLOW_MS_MAX}.`,
  ).default(SLOW_MS_DEFAULT),
});

export interface Settings {
  readonly port: number;
  readonly ledgerPath: string;
  readonly slowMs: number;
}

export type SettingsResult =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly problem: string };

/** Reads the environment once, at start: a wrong value is one sentence, never a surprise later. */
export function readSettings(env: Record<string, string | undefined>): SettingsResult {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    return { ok: false, problem: parsed.error.issues[0]?.message ?? 'The environment is invalid.' };
  }
  const { PORT, SANDBOX_LEDGER, SANDBOX_SLOW_MS } = parsed.data;
  return { ok: true, settings: { port: PORT, ledgerPath: SANDBOX_LEDGER, slowMs: SANDBOX_SLOW_MS } };
}
