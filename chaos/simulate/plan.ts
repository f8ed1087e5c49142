import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import { FAULT_KINDS } from './fault.ts';
import type { Dice, Fault } from './fault.ts';
import { drawLimits } from './limits.ts';
import type { SimulatedLimits } from './limits.ts';
import type { Latencies } from './network.ts';
import { PRODUCTS } from './shop.ts';
import type { Layers, Line } from './shop.ts';

export type Card = 'good' | 'declining' | 'poor';

/** One thing that a customer does. */
export type Step =
  /** Presses Pay and waits for what the page then says. Fewer attempts than the client would make: a customer who gives up. */
  | { readonly do: 'pay'; readonly card: Card; readonly maxAttempts?: number }
  /** Presses twice in one tab. */
  | { readonly do: 'double-click'; readonly card: Card }
  /** Presses in a second tab of the same browser, `afterMs` later. */
  | { readonly do: 'second-tab'; readonly card: Card; readonly afterMs: number }
  /** Reloads the page `afterMs` after pressing; the new page resumes what the old one left. */
  | { readonly do: 'reload'; readonly card: Card; readonly afterMs: number }
  /** Pays for the same checkout on another device as well, which knows nothing of the first one's key. */
  | { readonly do: 'other-device'; readonly card: Card; readonly afterMs: number }
  /** Wants something else: closes what is pending, changes the lines, pays for them. */
  | { readonly do: 'change-cart'; readonly lines: readonly Line[]; readonly card: Card }
  /** Asks what became of the last key. */
  | { readonly do: 'ask' }
  /** Sends the last key with another card: a client with a bug. */
  | { readonly do: 'reuse-key' }
  /** Asks and pays with somebody else's key: a client with a grudge. */
  | { readonly do: 'borrow-key'; readonly from: string }
  /** Looks at their orders. */
  | { readonly do: 'look' };

export interface PlannedCustomer {
  readonly name: string;
  readonly nonce: string;
  readonly lines: readonly Line[];
  /** The web node that takes the first request of each call, from 1 on; the next takes the next. */
  readonly homeNode: number;
  /** How far the clock of their device is ahead. */
  readonly skewMs: number;
  /** Whether a page asks the shop for something before its customer can press Pay, and so learns its time. */
  readonly loadsPages: boolean;
  /** Null: when everything is healed. */
  readonly startMs: number | null;
  readonly steps: readonly Step[];
  /** Whether they come back after healing, if they don't know how it ended. */
  readonly comesBack: boolean;
}

/** Everything about one run: it is a function of this. */
export interface Plan {
  readonly version: 1;
  /** Of what isn't written here: latencies, the order of what is due at once, jitter, keys. */
  readonly seed: string;
  readonly webNodes: number;
  readonly workers: number;
  /** When it begins. */
  readonly beforeMidnightMs: number;
  /** How far each node's wall clock is ahead, web nodes first. */
  readonly nodeSkewsMs: readonly number[];
  readonly limits: SimulatedLimits;
  readonly layers: Layers;
  readonly latencies: Latencies;
  readonly provider: { readonly slowMs: number; readonly processes: boolean };
  /** Pieces of each product. */
  readonly stock: number;
  readonly customers: readonly PlannedCustomer[];
  /** Dice in a run that is drawn; in one that is replayed or reduced the faults themselves. */
  readonly faults: Dice | readonly Fault[];
}

const NODES_MAX = 3;
const CUSTOMERS_MAX = 5;
/** Long enough that no word of an address or a token is one by chance. */
const NONCE_LENGTH = 10;
/** Customers come within this time, so that they meet. */
const ARRIVALS_MS = 3_000;
const HOUR_MS = 3_600_000;

/**
 * Draws a run. Each draws its own subset of the faults and a few odd limits (swarm testing): a run in which
 * everything may happen hides what only shows when little else does.
 *
 * @param without layers that shall be missing in any case
 * @see Groce et al., Swarm Testing, ISSTA 2012
 */
export function drawPlan(seed: string, without: Partial<Layers> = {}): Plan {
  const stream = (...name: string[]) => randomStream(seed, 'plan', ...name);
  const shape = stream('shape');
  const webNodes = shape.integer(1, NODES_MAX);
  const workers = shape.integer(1, 2);
  const layers = { ...drawLayers(stream('layers')), ...without };
  const limits = soundLimits(drawLimits(stream('limits')), layers);
  const names = Array.from({ length: shape.integer(1, CUSTOMERS_MAX) }, (_, index) => `c${index + 1}`);
  return {
    version: 1,
    seed,
    webNodes,
    workers,
    beforeMidnightMs: shape.pick([0, 500, 2_000]),
    nodeSkewsMs: Array.from({ length: webNodes + workers }, () =>
      shape.pick([0, 0, 0, 2_000, -2_000, 320_000, -320_000]),
    ),
    limits,
    layers,
    latencies: {
      edge: { leastMs: 1, mostMs: shape.pick([2, 10, 30]) },
      db: { leastMs: 1, mostMs: shape.pick([1, 2, 4]) },
      payments: { leastMs: 1, mostMs: shape.pick([5, 20]) },
    },
    provider: {
      slowMs: shape.pick([0, 0, 0, 50, 500, 8_000]),
      processes: shape.pick([false, true]),
    },
    stock: shape.pick([1, 3, 100, 100, 100]),
    customers: names.map((name) => drawCustomer(name, { names, webNodes, layers, stream })),
    faults: drawDice(stream('faults')),
  };
}

/** The engine alone must do: so each layer below it is missing in some runs. */
function drawLayers(random: RandomStream): Layers {
  return {
    intentGuard: random.pick([true, false]),
    conditionalWrites: random.pick([true, false]),
    strictProvider: random.pick([true, false]),
  };
}

/**
 * Without the intent guard nobody may buy with a second key. A window that is over in no time leaves no
 * other way to whoever comes back with the first one, so it isn't drawn then.
 */
function soundLimits(limits: SimulatedLimits, { intentGuard }: Layers): SimulatedLimits {
  return intentGuard ? limits : { ...limits, windowBackMs: Math.max(limits.windowBackMs, 72 * HOUR_MS) };
}

function drawDice(random: RandomStream): Dice {
  const share = random.pick([0.15, 0.4, 1]);
  return {
    kinds: FAULT_KINDS.filter(() => random.number() < share),
    chance: random.pick([0.02, 0.06, 0.15, 0.3]),
    most: random.pick([1, 2, 4, 10, 30]),
    msMax: random.pick([100, 3_000, 30_000, 120_000]),
  };
}

function drawCustomer(
  name: string,
  world: {
    names: readonly string[];
    webNodes: number;
    layers: Layers;
    stream: (...name: string[]) => RandomStream;
  },
): PlannedCustomer {
  const random = world.stream('customer', name);
  return {
    name,
    nonce: random.text(NONCE_LENGTH),
    lines: drawLines(random),
    homeNode: random.integer(1, world.webNodes),
    skewMs: random.pick([0, 0, 0, 0, 3 * HOUR_MS, -3 * HOUR_MS, 100 * HOUR_MS, -100 * HOUR_MS]),
    // Without the guard there is no way on for a key that was minted twice by a wrong clock.
    loadsPages: !world.layers.intentGuard || random.pick([true, false]),
    // One in eight comes when all is over: a shop that sells nothing afterwards isn't healed.
    startMs: random.integer(1, 8) === 1 ? null : random.integer(0, ARRIVALS_MS),
    steps: drawSteps(random, name, world),
    comesBack: random.pick([true, false]),
  };
}

function drawLines(random: RandomStream): Line[] {
  return random
    .shuffle(Object.keys(PRODUCTS))
    .slice(0, random.integer(1, 2))
    .map((sku) => ({ sku, quantity: random.integer(1, 2) }));
}

/** What brings customers to send something twice. */
function drawSteps(
  random: RandomStream,
  name: string,
  { names, layers }: { names: readonly string[]; layers: Layers },
): Step[] {
  // From the blink of an eye to a pause for thought, by the scale.
  const afterMs = Math.ceil(3_000 ** random.number());
  const others = names.filter((other) => other !== name);
  const scripts: (() => Step[])[] = [
    () => [{ do: 'pay', card: 'good' }],
    () => [{ do: 'pay', card: 'poor' }],
    () => [
      { do: 'pay', card: 'declining' },
      { do: 'pay', card: 'good' },
    ],
    () => [{ do: 'pay', card: 'good', maxAttempts: 1 }],
    () => [{ do: 'pay', card: 'good', maxAttempts: 1 }, { do: 'ask' }, { do: 'pay', card: 'good' }],
    () => [{ do: 'double-click', card: 'good' }],
    () => [{ do: 'second-tab', card: 'good', afterMs }],
    () => [{ do: 'reload', card: 'good', afterMs }],
    () => [{ do: 'reload', card: 'good', afterMs }, { do: 'reload', card: 'good', afterMs }, { do: 'ask' }],
    () => [
      { do: 'pay', card: 'good', maxAttempts: 1 },
      { do: 'change-cart', lines: drawLines(random), card: 'good' },
    ],
    () => [{ do: 'pay', card: 'good' }, { do: 'reuse-key' }],
    () => [{ do: 'pay', card: 'good' }, { do: 'look' }],
  ];
  const [other] = random.shuffle(others);
  if (layers.intentGuard) {
    scripts.push(() => [{ do: 'other-device', card: 'good', afterMs }]);
    if (other !== undefined)
      scripts.push(() => [
        { do: 'borrow-key', from: other },
        { do: 'pay', card: 'good' },
      ]);
  }
  return random.pick(scripts)();
}
