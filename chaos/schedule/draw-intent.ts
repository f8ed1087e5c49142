import type { PlantedCause } from '../final-state.ts';
import type { RandomStream } from '../random.ts';
import type { ClientName, PlannedIntent, Role } from './schedule.ts';

export interface IntentOptions {
  client: ClientName;
  customer: string;
  role: Role;
  /** What it may buy, or a product that nobody else buys. */
  skus: readonly string[] | 'own';
  /** The node of its first request, or how many there are to draw from. */
  node: number | { anyOf: number };
}

/** Long enough that no word of an address or a token is one by chance. */
const NONCE_LENGTH = 10;

/** Such a name is nobody else's product. */
const OWN_PREFIX = 'CHAOS-';

/** Draws one purchase that the harness means to make. Nothing happens to it yet. */
export function drawIntent(
  random: RandomStream,
  { client, customer, role, skus, node }: IntentOptions,
): PlannedIntent {
  const nonce = random.text(NONCE_LENGTH);
  const planted = plantedBy(role);
  return {
    nonce,
    customer,
    client,
    planted,
    email: `${nonce}@chaos.example`,
    paymentMethod: cardOf(planted, nonce),
    role,
    lines:
      skus === 'own'
        ? [{ sku: `${OWN_PREFIX}${nonce.toUpperCase()}`, quantity: 1 }]
        : drawLines(random, skus),
    delivery: random.pick(['standard', 'express'] as const),
    homeNode: typeof node === 'number' ? node : random.integer(1, node.anyOf),
    presses: 1,
    pressAt: null,
    hit: null,
    round: 1,
  };
}

/** The harness's own products that these buy. */
export function ownSkusOf(intents: readonly PlannedIntent[]): string[] {
  const skus = intents.flatMap(({ lines }) => lines.map(({ sku }) => sku));
  return [...new Set(skus.filter((sku) => sku.startsWith(OWN_PREFIX)))];
}

/** The card of an intent that pays. */
export function goodCard(nonce: string): string {
  return `pm_card_visa_${nonce}`;
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

function drawLines(random: RandomStream, skus: readonly string[]): PlannedIntent['lines'] {
  return random
    .shuffle(skus)
    .slice(0, random.integer(1, 2))
    .map((sku) => ({ sku, quantity: random.integer(1, 3) }));
}
