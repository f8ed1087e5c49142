import type { Intent, PlantedCause } from '../final-state.ts';
import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import type { WantedLine } from '../clients/shopper.ts';

/** What a customer does at the button. */
export const ROLES = [
  /** Pays, and goes on until told. */
  'buy',
  /** Pays once, and goes away without an answer if none comes. */
  'give-up',
  /** Has a bad card and no other. */
  'decline',
  /** Has a bad card, is told so, and takes a good one. */
  'decline-then-buy',
  /** Presses twice, in two tabs, at the same moment. */
  'double-submit',
  /** Buys, and sends the key once more with another card: a client with a bug. */
  'reuse-key',
  /** Buys, looks at its orders, and asks for one that is somebody else's. */
  'snoop',
  /** Comes when everything is healed. */
  'after-healing',
] as const;

export type Role = (typeof ROLES)[number];

export const CLIENT_NAMES = ['plain', 'product'] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

export interface PlannedIntent extends Intent {
  role: Role;
  lines: WantedLine[];
  delivery: 'standard' | 'express';
  /** The web node that takes the first request of each call, from 1 on; the next takes the next. */
  homeNode: number;
  /** What happens to it, by the scenario's own name for it; null: nothing on purpose. */
  hit: string | null;
  /** The long form has several: those of one are hit together. */
  round: number;
}

/** Everything that chance decides, drawn before anything begins. Saved beside the history. */
export interface Schedule {
  seed: string;
  scenario: string;
  part: Part;
  intents: PlannedIntent[];
  /** Draws that are no intent's: which half of the unknown intents is retried, say. */
  seedOf: string[];
}

/** The runs of one scenario: the real one, and the control with the protection off, without and with the fault. */
export const PARTS = ['protected', 'control-without-fault', 'control-with-fault'] as const;
export type Part = (typeof PARTS)[number];

/** What a scenario wants to happen, once for each client. */
export interface HitPlan {
  name: string;
  role?: 'buy' | 'give-up';
  /** Where it must be sent first; else any node. */
  node?: number | Readonly<Record<ClientName, number>>;
  /** It buys a product that nobody else buys, for its rows stay locked for long. */
  ownProduct?: boolean;
}

export interface ScheduleOptions {
  seed: string;
  scenario: string;
  part: Part;
  hits: readonly HitPlan[];
  rounds: number;
  webNodes: number;
  /** Products with stock enough for everybody. */
  skus: readonly string[];
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

/**
 * Beside what is hit, in the control too few to matter: without protection a double submit is a double
 * order by itself, and would be there without the fault.
 */
const ROLES_BESIDE_IN_CONTROL: readonly Role[] = ['buy', 'buy', 'buy'];

/** Draws a run. The same seed draws the same, whatever else happens to be drawn elsewhere. */
export function drawSchedule(options: ScheduleOptions): Schedule {
  const { seed, scenario, part } = options;
  const intents = CLIENT_NAMES.flatMap((client) => drawClient(client, options));
  return { seed, scenario, part, intents, seedOf: [scenario, part] };
}

/** The stream for one purpose of a run that the schedule itself doesn't hold. */
export function streamOf({ seed, seedOf }: Schedule, ...name: string[]): RandomStream {
  return randomStream(seed, ...seedOf, ...name);
}

/** The harness's own products that a schedule sells. */
export function ownProductsOf(schedules: readonly Schedule[]): string[] {
  const skus = schedules.flatMap(({ intents }) =>
    intents.flatMap(({ lines }) => lines.map(({ sku }) => sku)),
  );
  return [...new Set(skus.filter((sku) => sku.startsWith(OWN_PREFIX)))];
}

const OWN_PREFIX = 'CHAOS-';

type Seat = Pick<PlannedIntent, 'role' | 'hit' | 'round'> & { plan: HitPlan | null };

function drawClient(
  client: ClientName,
  { seed, scenario, part, hits, rounds, webNodes, skus }: ScheduleOptions,
): PlannedIntent[] {
  const stream = (...name: string[]) => randomStream(seed, scenario, part, client, ...name);
  const roles = part === 'protected' ? ROLES_BESIDE : ROLES_BESIDE_IN_CONTROL;
  const seats = Array.from({ length: rounds }, (_, index): Seat[] => {
    const round = index + 1;
    return [
      ...hits.map((plan) => ({ role: plan.role ?? 'buy', hit: plan.name, plan, round })),
      ...roles.map((role) => ({ role, hit: null, plan: null, round })),
      // Only a client without a memory can make this mistake.
      ...(part === 'protected' && client === 'plain'
        ? [{ role: 'reuse-key', hit: null, plan: null, round } as const]
        : []),
    ];
  }).flat();
  return stream('order')
    .shuffle(seats)
    .map(({ role, hit, plan, round }, index) => {
      const number = index + 1;
      const random = stream(String(number));
      const nonce = random.text(NONCE_LENGTH);
      const planted = plantedBy(role);
      return {
        nonce,
        customer: `${client}-${number}${part === 'control-without-fault' ? '-calm' : ''}`,
        client,
        planted,
        email: `${nonce}@chaos.example`,
        paymentMethod: cardOf(planted, nonce),
        role,
        lines:
          plan?.ownProduct === true
            ? [{ sku: `${OWN_PREFIX}${nonce.toUpperCase()}`, quantity: 1 }]
            : drawLines(random, skus),
        delivery: random.pick(['standard', 'express'] as const),
        homeNode: nodeOf(plan, client) ?? random.integer(1, webNodes),
        hit: part === 'control-without-fault' ? null : hit,
        round,
      };
    });
}

/** Long enough that no word of an address or a token is one by chance. */
const NONCE_LENGTH = 10;

function nodeOf(plan: HitPlan | null, client: ClientName): number | undefined {
  return typeof plan?.node === 'object' ? plan.node[client] : plan?.node;
}

function plantedBy(role: Role): PlantedCause[] {
  switch (role) {
    case 'decline':
      return ['insufficient-funds'];
    case 'decline-then-buy':
      return ['declining-card'];
    case 'reuse-key':
      return ['reused-key'];
    case 'buy':
    case 'give-up':
    case 'double-submit':
    case 'snoop':
    case 'after-healing':
      return [];
    default:
      return role satisfies never;
  }
}

function cardOf(planted: readonly PlantedCause[], nonce: string): string {
  if (planted.includes('insufficient-funds')) return `pm_card_chargeDeclinedInsufficientFunds_${nonce}`;
  if (planted.includes('declining-card')) return `pm_card_chargeDeclined_${nonce}`;
  return goodCard(nonce);
}

/** The card of an intent that pays. */
export function goodCard(nonce: string): string {
  return `pm_card_visa_${nonce}`;
}

function drawLines(random: RandomStream, skus: readonly string[]): WantedLine[] {
  return random
    .shuffle(skus)
    .slice(0, random.integer(1, 2))
    .map((sku) => ({ sku, quantity: random.integer(1, 3) }));
}
