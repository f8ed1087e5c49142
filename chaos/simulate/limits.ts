import type { RandomStream } from '../random.ts';

/** Every limit of the simulated system, in milliseconds unless it says otherwise. */
export interface SimulatedLimits {
  /** Of the client that customers use while things break. */
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly totalBudgetMs: number;
  readonly clientBackoffBaseMs: number;
  readonly clientBackoffCapMs: number;
  /** Of the engine's policy. */
  readonly windowBackMs: number;
  readonly windowAheadMs: number;
  readonly leaseMs: number;
  readonly renewalDeadlineMs: number;
  readonly joinMs: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  readonly replayCacheBytes: number;
  /** Of the database and its clients. */
  readonly lockTimeoutMs: number;
  readonly idleInTransactionMs: number;
  readonly queryTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly poolSize: number;
  readonly providerTimeoutMs: number;
  readonly completerIntervalMs: number;
}

/** The product's own (`src/limits.ts`), written down here: the simulation drives the product, it doesn't read its settings. */
export const USUAL_LIMITS: SimulatedLimits = {
  attemptTimeoutMs: 15_000,
  maxAttempts: 8,
  totalBudgetMs: 60_000,
  clientBackoffBaseMs: 250,
  clientBackoffCapMs: 4_000,
  windowBackMs: 72 * 3_600_000,
  windowAheadMs: 5 * 60_000,
  leaseMs: 5_000,
  renewalDeadlineMs: 30_000,
  joinMs: 3_000,
  backoffBaseMs: 250,
  backoffCapMs: 10_000,
  replayCacheBytes: 1_000_000,
  lockTimeoutMs: 2_000,
  idleInTransactionMs: 2_000,
  queryTimeoutMs: 4_000,
  connectionTimeoutMs: 2_000,
  poolSize: 10,
  providerTimeoutMs: 6_000,
  completerIntervalMs: 500,
};

/**
 * What else a limit may be. Each is odd in that it turns round an inequality that the usual ones keep:
 * a lease shorter than a step, a join longer than its caller's patience, a client that gives up before any
 * answer can come. Safety may rest on none of them. None is so small that nothing could ever succeed.
 */
const ODD_LIMITS: Readonly<Partial<Record<keyof SimulatedLimits, readonly number[]>>> = {
  attemptTimeoutMs: [40, 400, 3_000],
  maxAttempts: [1, 2, 20],
  totalBudgetMs: [500, 5_000, 600_000],
  clientBackoffBaseMs: [1],
  clientBackoffCapMs: [10],
  windowBackMs: [5_000, 60_000],
  windowAheadMs: [0, 1_000],
  leaseMs: [10, 60, 500, 60_000],
  renewalDeadlineMs: [0, 100],
  joinMs: [0, 20, 30_000],
  backoffBaseMs: [1],
  backoffCapMs: [20, 60_000],
  replayCacheBytes: [0, 1_000],
  lockTimeoutMs: [20, 30_000],
  idleInTransactionMs: [40, 60_000],
  queryTimeoutMs: [40, 400],
  connectionTimeoutMs: [40],
  poolSize: [1, 2],
  providerTimeoutMs: [100, 30_000],
  completerIntervalMs: [50, 5_000, 30_000],
};

/** How many in a hundred limits are odd, by the run. */
const ODD_OF_100: readonly number[] = [0, 20, 40];

/** On these hangs whether holders overtake each other, which is what the fence is for. */
const ODD_OFTEN: ReadonlySet<string> = new Set(['leaseMs', 'renewalDeadlineMs', 'completerIntervalMs']);
const OFTEN_OF_100 = 60;

/** Some runs have the usual limits, most have a few odd ones. */
export function drawLimits(random: RandomStream): SimulatedLimits {
  const chance = random.pick(ODD_OF_100);
  const limits: Record<string, number> = { ...USUAL_LIMITS };
  for (const [name, values] of Object.entries(ODD_LIMITS))
    if (random.integer(1, 100) <= (chance > 0 && ODD_OFTEN.has(name) ? OFTEN_OF_100 : chance))
      limits[name] = random.pick(values);
  return limits as unknown as SimulatedLimits;
}

/**
 * Of the client with which customers come back once everything works: patient enough for any server that
 * is drawn, one that gives up a payment after a dozen tries in half a minute each not least.
 */
export const PATIENT: Pick<
  SimulatedLimits,
  'attemptTimeoutMs' | 'maxAttempts' | 'totalBudgetMs' | 'clientBackoffBaseMs' | 'clientBackoffCapMs'
> = {
  attemptTimeoutMs: 60_000,
  maxAttempts: 2_000,
  totalBudgetMs: 600_000,
  clientBackoffBaseMs: 250,
  clientBackoffCapMs: 4_000,
};

/** After so many tries without an answer the shop cancels a payment. */
export const TRIES_BEFORE_CANCELLING = 12;

/**
 * Longest from healing until all is settled. A lease that somebody dead still holds runs out, a holder that
 * lives works on to its deadline, its statements and the provider's bank take their time, and where the
 * provider keeps an error for ever all the tries are made, one a look of the completer.
 */
export function settleLimitMs(limits: SimulatedLimits, bankMs: number): number {
  const { leaseMs, renewalDeadlineMs, backoffCapMs, completerIntervalMs, lockTimeoutMs } = limits;
  const { queryTimeoutMs, providerTimeoutMs, idleInTransactionMs } = limits;
  const untilFreeMs =
    bankMs + leaseMs + renewalDeadlineMs + lockTimeoutMs + idleInTransactionMs + queryTimeoutMs;
  const aTryMs = completerIntervalMs + backoffCapMs + providerTimeoutMs;
  return untilFreeMs + (TRIES_BEFORE_CANCELLING + 2) * aTryMs;
}
