import type { PlantedCause } from '../final-state.ts';
import type { RandomStream } from '../random.ts';
import type { ClientName, PlannedIntent, Product, Role } from './schedule.ts';

export interface IntentOptions {
  client: ClientName;
  customer: string;
  role: Role;
  /** It buys what nobody else does; else some of what everybody buys. */
  ownProduct: boolean;
  /** The node of its first request, or how many there are to draw from. */
  node: number | { anyOf: number };
}

/** Seeded products that have stock for every run. */
export const SKUS: readonly string[] = [
  'MUG-HARBOUR',
  'PLATE-SALTMARSH',
  'VASE-LOW-TIDE',
  'BOWL-DUNE',
  'CUP-PEBBLE',
  'MUG-NIGHT-FERRY',
  'VASE-SINGLE-STEM',
  'PLATE-CRUMB',
];

/** Long enough that no word of an address or a token is one by chance. */
const NONCE_LENGTH = 10;

/** Such a name is nobody else's product. */
const OWN_PREFIX = 'CHAOS-';

/** Of each of the harness's own products. */
const OWN_STOCK = 100;

/** Draws one purchase that the harness means to make. Nothing happens to it yet. */
export function drawIntent(
  random: RandomStream,
  { client, customer, role, ownProduct, node }: IntentOptions,
): PlannedIntent {
  const nonce = random.text(NONCE_LENGTH);
  const planted = plantedBy(role);
  return {
    nonce,
    customer,
    client,
    planted,
    email: emailOf(nonce),
    paymentMethod: cardOf(planted, nonce),
    role,
    lines: ownProduct ? [{ sku: `${OWN_PREFIX}${nonce.toUpperCase()}`, quantity: 1 }] : drawLines(random),
    delivery: random.pick(['standard', 'express'] as const),
    homeNode: typeof node === 'number' ? node : random.integer(1, node.anyOf),
    presses: 1,
    pressAt: null,
    hit: null,
    round: 1,
  };
}

/** The harness's own products that these buy. */
export function ownProductsOf(intents: readonly PlannedIntent[]): Product[] {
  const skus = intents.flatMap(({ lines }) => lines.map(({ sku }) => sku)).filter(isOwn);
  return [...new Set(skus)].map((sku) => ({ sku, stock: OWN_STOCK }));
}

/** Whether nobody but the harness sells it. */
export function isOwn(sku: string): boolean {
  return sku.startsWith(OWN_PREFIX);
}

/** The address of an intent, which carries its nonce. */
export function emailOf(nonce: string): string {
  return `${nonce}@chaos.example`;
}

/** The card of an intent that pays. */
export function goodCard(nonce: string): string {
  return `pm_card_visa_${nonce}`;
}

/** Another of the same customer’s, as good. */
export function otherCard(nonce: string): string {
  return `pm_card_mastercard_${nonce}`;
}

function plantedBy(role: Role): PlantedCause[] {
  switch (role) {
    case 'decline':
      return ['insufficient-funds'];
    case 'decline-then-buy':
      return ['declining-card'];
    case 'reuse-key':
    case 'swap-card':
      return ['reused-key'];
    case 'buy':
    case 'come-back':
    case 'change-mind':
    case 'impatient':
    case 'give-up':
    case 'double-submit':
    case 'snoop':
    case 'eavesdrop':
    case 'reload':
    case 'go-back':
    case 'close-and-return':
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

function drawLines(random: RandomStream): PlannedIntent['lines'] {
  return random
    .shuffle(SKUS)
    .slice(0, random.integer(1, 2))
    .map((sku) => ({ sku, quantity: random.integer(1, 3) }));
}
