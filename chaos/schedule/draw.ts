import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import { drawIntent, ownProductsOf } from './draw-intent.ts';
import type { Moment } from './moment.ts';
import { API_CLIENTS } from './schedule.ts';
import type {
  ClientLimits,
  ClientName,
  Part,
  PlannedFault,
  PlannedIntent,
  Product,
  Role,
  Schedule,
  TopologyPlan,
} from './schedule.ts';

/** What a scenario wants to happen, once for each client and round. */
export interface HitPlan {
  name: string;
  role?: Role;
  /** Where it must be sent first; else any node. */
  node?: number | Readonly<Partial<Record<ClientName, number>>>;
  /** It buys a product that nobody else buys, for its rows stay locked for long. */
  ownProduct?: boolean;
  /** Of `double-submit`. */
  presses?: number;
  /** All of them buy one piece of it, and there are only so many. */
  product?: Product;
  /** Whom it happens to; else to both clients. */
  client?: ClientName;
  /** Presses at that moment; else as soon as it stands at the button. */
  pressAt?: (round: number) => Moment;
}

/** What a scenario's faults are planned on: its intents, as they were drawn. */
export interface Drawn {
  intents: readonly PlannedIntent[];
  /** Those that are hit by that name, of one round if it's given. */
  hit(names: string | readonly string[], round?: number): PlannedIntent[];
  rounds: number[];
  part: Part;
  /** The scenario's own stream, for all that its faults leave to chance. */
  random: RandomStream;
}

export interface DrawOptions {
  seed: string;
  scenario: string;
  part: Part;
  topology: TopologyPlan;
  limits: ClientLimits;
  hits: readonly HitPlan[];
  rounds: number;
  /** Who buys, each of them everything. Default: the two clients without a page. */
  clients?: readonly ClientName[];
  faults: (drawn: Drawn) => PlannedFault[];
}

const ROLES_BESIDE: readonly Role[] = [
  'buy',
  'decline',
  'decline-then-buy',
  'double-submit',
  'double-submit',
  'snoop',
  'after-healing',
];

/** A browser is slow to start and shows its own pages only: fewer of them, and none who looks at a stranger's. */
const ROLES_BESIDE_IN_BROWSERS: readonly Role[] = [
  'buy',
  'decline-then-buy',
  'double-submit',
  'after-healing',
];

/**
 * Beside what is hit, in the control too few to matter: without protection a double submit is a double
 * order by itself, and would be there without the fault.
 */
const ROLES_BESIDE_IN_CONTROL: readonly Role[] = ['buy', 'buy', 'buy'];

/** Draws a run. The same seed draws the same, whatever else happens to be drawn elsewhere. */
export function drawSchedule(options: DrawOptions): Schedule {
  const { seed, scenario, part, topology, limits, faults } = options;
  const intents = (options.clients ?? API_CLIENTS).flatMap((client) => drawClient(client, options));
  return {
    seed,
    scenario,
    part,
    topology,
    limits,
    products: productsFor(intents, options.hits),
    intents,
    faults: part === 'control-without-fault' ? [] : faults(drawn(intents, options)),
  };
}

/** What a scenario gives a number of its own is there in that number; of the rest there is enough. */
function productsFor(intents: readonly PlannedIntent[], hits: readonly HitPlan[]): Product[] {
  const scarce = hits.flatMap(({ product }) => product ?? []);
  return ownProductsOf(intents).map((own) => scarce.find(({ sku }) => sku === own.sku) ?? own);
}

/** The stream for one purpose of a run that the schedule itself doesn't hold. */
export function streamOf(
  { seed, scenario, part }: Pick<Schedule, 'seed' | 'scenario' | 'part'>,
  ...name: string[]
): RandomStream {
  return randomStream(seed, scenario, part, ...name);
}

/** The harness's own products of several schedules that share a database. */
export function productsOf(schedules: readonly Schedule[]): Product[] {
  const products = schedules.flatMap((schedule) => schedule.products);
  return [...new Map(products.map((product) => [product.sku, product])).values()];
}

function drawn(intents: readonly PlannedIntent[], options: DrawOptions): Drawn {
  return {
    intents,
    hit: (names, round) =>
      intents.filter(
        (intent) =>
          intent.hit !== null &&
          [names].flat().includes(intent.hit) &&
          intent.round === (round ?? intent.round),
      ),
    rounds: Array.from({ length: options.rounds }, (_, index) => index + 1),
    part: options.part,
    random: streamOf(options, 'faults'),
  };
}

interface Seat {
  role: Role;
  plan: HitPlan | null;
  round: number;
}

function drawClient(
  client: ClientName,
  { seed, scenario, part, hits, rounds, topology }: DrawOptions,
): PlannedIntent[] {
  const stream = (...name: string[]) => randomStream(seed, scenario, part, client, ...name);
  const roles =
    part !== 'protected'
      ? ROLES_BESIDE_IN_CONTROL
      : client === 'browser'
        ? ROLES_BESIDE_IN_BROWSERS
        : ROLES_BESIDE;
  const seats = Array.from({ length: rounds }, (_, index): Seat[] => {
    const round = index + 1;
    return [
      ...hits
        .filter((plan) => (plan.client ?? client) === client)
        .map((plan) => ({ role: plan.role ?? 'buy', plan, round })),
      ...roles.map((role) => ({ role, plan: null, round })),
      // Only a client without a memory can make this mistake.
      ...(part === 'protected' && client === 'plain'
        ? [{ role: 'reuse-key', plan: null, round } as const]
        : []),
    ];
  }).flat();
  return stream('order')
    .shuffle(seats)
    .map(({ role, plan, round }, index) => {
      const number = index + 1;
      const isHit = part !== 'control-without-fault' && plan !== null;
      return {
        ...drawIntent(stream(String(number)), {
          client,
          customer: `${client}-${number}${part === 'control-without-fault' ? '-calm' : ''}`,
          role,
          ownProduct: plan?.ownProduct === true,
          node: nodeOf(plan, client) ?? { anyOf: topology.webNodes },
        }),
        presses: plan?.presses ?? (role === 'double-submit' ? 2 : 1),
        ...(plan?.product && { lines: [{ sku: plan.product.sku, quantity: 1 }] }),
        pressAt: isHit ? (plan.pressAt?.(round) ?? null) : null,
        hit: isHit ? plan.name : null,
        round,
      };
    });
}

function nodeOf(plan: HitPlan | null, client: ClientName): number | undefined {
  return typeof plan?.node === 'object' ? plan.node[client] : plan?.node;
}
