import { FAULTS } from '../faults/catalogue.ts';
import { clientClock } from '../faults/clock/client-clock.ts';
import type { Fault } from '../faults/fault.ts';
import type { RandomStream } from '../random.ts';
import { randomStream } from '../random.ts';
import { drawIntent, isOwn, ownProductsOf } from './draw-intent.ts';
import { groundOf } from './ground.ts';
import type { Ground } from './ground.ts';
import type { HealMoment, Moment } from './moment.ts';
import { API_CLIENTS } from './schedule.ts';
import type {
  ClientLimits,
  Part,
  PlannedFault,
  PlannedIntent,
  Role,
  Schedule,
  TopologyPlan,
} from './schedule.ts';

export interface RandomOptions {
  seed: string;
  scenario: string;
  part: Part;
  smoke: boolean;
  /** Else drawn, too. */
  topology?: TopologyPlan;
}

/** Of one client. Both together are some forty, or two dozen in the short form. */
const INTENTS = { long: 20, short: 12 };

const FAULTS_OF = { long: { low: 5, high: 12 }, short: { low: 4, high: 7 } };

/** Of each client in any run: something must be left to retry after healing. */
const ROLES_ALWAYS: readonly Role[] = ['after-healing', 'buy', 'buy'];

const ROLES_SOMETIMES: readonly Role[] = [
  'buy',
  'buy',
  'buy',
  'buy',
  'give-up',
  'give-up',
  'double-submit',
  'decline',
  'decline-then-buy',
  'snoop',
];

/** Of those who press more than once. */
const PRESSES_MAX = 5;

/** One in so many buys what nobody else does, so that its commits can be held. */
const OWN_PRODUCT_EVERY = 3;

/** One run in so many is of the build that can be held at each boundary of the protocol; the others are the shop as it is. */
const FAILPOINTS_EVERY = 3;

/**
 * Draws a run of which nobody has decided anything: how many nodes, who buys, how patient they are, and which
 * faults hit what, when and for how long. Of the kinds of faults only some are in each run (swarm testing): with
 * all of them in every run the gentle ones would never be alone, and the rough ones would hide them.
 */
export function drawRandom({ seed, scenario, part, smoke, ...given }: RandomOptions): Schedule {
  const stream = (...name: string[]) => randomStream(seed, scenario, part, ...name);
  const form = smoke ? 'short' : 'long';
  const topology = given.topology ?? drawTopology(stream('topology'));
  const intents = API_CLIENTS.flatMap((client) =>
    stream('order', client)
      .shuffle(drawRoles(stream('roles', client), INTENTS[form]))
      .map((role, index): PlannedIntent => {
        const customer = `${client}-${index + 1}`;
        const own = stream(customer);
        const ownProduct = own.integer(1, OWN_PRODUCT_EVERY) === 1;
        const intent = drawIntent(own, {
          client,
          customer,
          role,
          ownProduct,
          node: { anyOf: topology.webNodes },
        });
        return role === 'double-submit' ? { ...intent, presses: own.integer(2, PRESSES_MAX) } : intent;
      }),
  );
  const ground = groundOf({ topology, intents });
  const kinds = stream('kinds');
  const swarm = kinds
    .shuffle(FAULTS.filter((fault) => fault.targets(ground).length > 0))
    .slice(0, kinds.integer(3, 9));
  const howMany = stream('faults').integer(FAULTS_OF[form].low, FAULTS_OF[form].high);
  const faults = Array.from({ length: howMany }, (_, index) =>
    drawFault(stream('fault', String(index + 1)), `fault-${index + 1}`, swarm, ground),
  ).filter((fault) => fault !== null);
  for (const { fault, target } of faults) {
    // A key of another day whose first attempt is lost is no way on any more, and no other may be made: the
    // shop can't know what became of it. A customer who corrects their clock beforehand has no such key.
    if (fault !== clientClock.name) continue;
    intents
      .find(({ customer, client }) => customer === target && client === 'plain')
      ?.planted.push('wrong-clock');
  }
  return {
    seed,
    scenario,
    part,
    topology,
    limits: drawLimits(stream('limits')),
    products: ownProductsOf(intents),
    intents,
    faults: part === 'control-without-fault' ? [] : faults,
  };
}

function drawTopology(random: RandomStream): TopologyPlan {
  const counts = { webNodes: random.integer(2, 3), workers: random.integer(1, 2) };
  return random.integer(1, FAILPOINTS_EVERY) === 1 ? { ...counts, failpoints: true } : counts;
}

/** Odd ones too: less patient than the shop is slow, or hardly pausing. */
function drawLimits(random: RandomStream): ClientLimits {
  return {
    attemptTimeoutMs: random.pick([1_200, 2_500, 4_000]),
    maxAttempts: random.integer(4, 9),
    totalBudgetMs: random.pick([10_000, 20_000, 30_000]),
    backoffBaseMs: random.pick([20, 100, 300]),
    backoffCapMs: random.pick([200, 1_000, 2_000]),
  };
}

function drawRoles(random: RandomStream, howMany: number): Role[] {
  const others = Array.from({ length: howMany - ROLES_ALWAYS.length }, () => random.pick(ROLES_SOMETIMES));
  return [...ROLES_ALWAYS, ...others];
}

/** Null where the ground has nothing that such a fault could hit. */
function drawFault(
  random: RandomStream,
  id: string,
  swarm: readonly Fault[],
  ground: Ground,
): PlannedFault | null {
  const fault = random.pick(swarm);
  switch (fault.family) {
    case 'point':
      return drawPoint(random, id, fault, ground);
    case 'client':
    case 'clock':
      return drawOfCustomer(random, id, fault, ground);
    case 'link':
    case 'process':
    case 'database': {
      const target = random.pick(fault.targets(ground));
      const params = fault.draw(random, ground) as PlannedFault['params'];
      const trigger = drawTrigger(random, buyersAt(target, ground), ground);
      return { id, fault: fault.name, target, params, trigger, heal: drawHeal(random, trigger) };
    }
    default:
      return fault.family satisfies never;
  }
}

/** It waits for its boundary itself, and is over when that has come to what it was to come to. */
function drawPoint(random: RandomStream, id: string, fault: Fault, ground: Ground): PlannedFault | null {
  const isOwned = ({ lines }: PlannedIntent) => lines.every(({ sku }) => isOwn(sku));
  const buyers = ground.intents.filter((intent) => intent.role === 'buy' && isOwned(intent));
  if (buyers.length === 0) return null;
  const { nonce: intent, customer, homeNode } = random.pick(buyers);
  const targets = fault.targets(ground);
  const target = [`db@web-${homeNode}`, `web-${homeNode}`].find((each) => targets.includes(each)) ?? customer;
  const params = { ...(fault.draw(random, ground) as PlannedFault['params']), intent };
  const trigger: Moment = { at: 'arrived', intent, attempt: 1 };
  const heal = random.pick<HealMoment>([
    { at: 'on', fault: id },
    { at: 'elapsed', ms: random.integer(100, 2_500) },
  ]);
  return { id, fault: fault.name, target, params, trigger, heal };
}

/** Their machine is as it is from the beginning to the end. */
function drawOfCustomer(random: RandomStream, id: string, fault: Fault, ground: Ground): PlannedFault {
  const target = random.pick(fault.targets(ground));
  const params = fault.draw(random, ground) as PlannedFault['params'];
  return { id, fault: fault.name, target, params, trigger: { at: 'start' }, heal: { at: 'end' } };
}

/** Those whom something that is done to the target can hit in their first attempt. */
function buyersAt(target: string, { intents }: Ground): PlannedIntent[] {
  const buyers = intents.filter(
    ({ role }) => role === 'buy' || role === 'give-up' || role === 'double-submit',
  );
  const [, node] = /(web-\d+)$/.exec(target) ?? [];
  return node === undefined ? buyers : buyers.filter(({ homeNode }) => `web-${homeNode}` === node);
}

function drawTrigger(random: RandomStream, buyers: readonly PlannedIntent[], { intents }: Ground): Moment {
  const count = random.integer(1, Math.ceil(intents.length * 0.7));
  if (buyers.length === 0) return { at: 'arrivals', count };
  const { nonce: intent } = random.pick(buyers);
  return random.pick<Moment>([
    { at: 'arrivals', count },
    { at: 'arrivals', count },
    { at: 'arrived', intent, attempt: 1 },
    { at: 'arrived', intent, attempt: 1 },
    { at: 'running', intent },
    { at: 'charged', intent },
  ]);
}

/** Whatever else it waits for, it ends: mostly soon, now and then past a lease, so that somebody takes over. */
function drawHeal(random: RandomStream, trigger: Moment): HealMoment {
  const ms = random.pick([random.integer(50, 800), random.integer(500, 3_000), 7_000]);
  const elapsed: HealMoment = { at: 'elapsed', ms };
  if (!('intent' in trigger)) return elapsed;
  const { intent } = trigger;
  const moment = random.pick<Moment | null>([
    null,
    { at: 'attempt-ended', intent, attempt: random.integer(1, 2) },
    { at: 'paid', intent },
    { at: 'taken-over', intent },
  ]);
  return moment === null ? elapsed : { at: 'any', of: [moment, { at: 'elapsed', ms: 7_000 }] };
}
