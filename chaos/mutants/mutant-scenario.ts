import { randomStream } from '../random.ts';
import { drawIntent, ownProductsOf } from '../schedule/draw-intent.ts';
import type { Pace } from '../run/driver.ts';
import type { Moment } from '../schedule/moment.ts';
import type {
  ClientName,
  PlannedFault,
  PlannedIntent,
  Product,
  Role,
  Schedule,
  TopologyPlan,
} from '../schedule/schedule.ts';
import type { RandomStream } from '../random.ts';

/**
 * A short scenario for mutants: a handful of customers, each with a reason to be there, and the one fault that
 * exposes a kind of bug. Played with a mutant, it must come out invalid; without the fault it must not; and the
 * shop as it is must pass it.
 */
export interface MutantScenario {
  name: string;
  /** One sentence: what happens. */
  title: string;
  topology: TopologyPlan;
  pace?: Pace;
  /** A product of which there are few, and on a quiet day plenty. */
  scarce?: Product;
  customers: readonly CustomerPlan[];
  /** `of`: the purchases that were drawn for the customers of that name. */
  faults(of: (name: string) => readonly PlannedIntent[], random: RandomStream): PlannedFault[];
  /** What must have been seen: else nothing was tested. */
  evidence: readonly string[];
}

export interface CustomerPlan {
  /** Whom it happens to; `null`: nobody, they are there so that something can be sold. */
  name: string | null;
  clients: readonly ClientName[];
  role?: Role;
  /** Where they go first. */
  node?: number;
  ownProduct?: boolean;
  /** One of what is scarce. */
  wantsScarce?: boolean;
  /** Another good card than the usual. */
  card?: 'mastercard';
  /** With `pace: 'together'`: those of one come after those before it. */
  round?: number;
  presses?: number;
  pressAt?: Moment;
}

/**
 * Less patient than in the long scenarios: many runs, and all that a mutant shows it shows early. Still longer
 * than a node lets a duplicate wait for the first call's outcome.
 */
const LIMITS: Schedule['limits'] = {
  attemptTimeoutMs: 4_000,
  maxAttempts: 6,
  totalBudgetMs: 15_000,
  backoffBaseMs: 100,
  backoffCapMs: 500,
};

/** More than all customers of a run could want. */
const PLENTY = 100;

/** What a role is on a quiet day: a second click and a gone customer are faults as well. */
const QUIET: Partial<Record<Role, Role>> = {
  'double-submit': 'buy',
  'give-up': 'buy',
  'reuse-key': 'buy',
  'swap-card': 'buy',
  eavesdrop: 'buy',
};

/** Draws one run; `calm` is the same run, and nothing happens in it. */
export function drawMutantSchedule(
  { name, topology, customers, faults, scarce }: MutantScenario,
  { seed, calm }: { seed: string; calm: boolean },
): Schedule {
  const drawn: PlannedIntent[] = [];
  const byName = new Map<string, PlannedIntent[]>();
  for (const plan of customers) {
    for (const client of plan.clients) {
      const number = drawn.length + 1;
      const role = plan.role ?? 'buy';
      const isHit = plan.name !== null && !calm;
      const intent: PlannedIntent = {
        ...drawIntent(randomStream(seed, name, String(number)), {
          client,
          customer: `${client}-${number}`,
          role: calm ? (QUIET[role] ?? role) : role,
          ownProduct: plan.ownProduct === true,
          node: plan.node ?? { anyOf: topology.webNodes },
        }),
        ...(plan.wantsScarce === true &&
          scarce !== undefined && { lines: [{ sku: scarce.sku, quantity: 1 }] }),
        presses: calm ? 1 : (plan.presses ?? (role === 'double-submit' ? 2 : 1)),
        pressAt: isHit ? (plan.pressAt ?? null) : null,
        hit: isHit ? plan.name : null,
        round: plan.round ?? 1,
      };
      if (plan.card !== undefined) {
        intent.paymentMethod = `pm_card_${plan.card}_${intent.nonce}`;
        intent.planted = [];
      }
      drawn.push(intent);
      if (plan.name !== null) byName.set(plan.name, [...(byName.get(plan.name) ?? []), intent]);
    }
  }
  const of = (name: string) => byName.get(name) ?? [];
  return {
    seed,
    scenario: name,
    part: 'protected',
    topology,
    limits: LIMITS,
    products: [
      ...ownProductsOf(drawn),
      ...(scarce === undefined ? [] : [{ ...scarce, stock: calm ? PLENTY : scarce.stock }]),
    ],
    intents: drawn,
    faults: calm ? [] : faults(of, randomStream(seed, name, 'faults')),
  };
}
