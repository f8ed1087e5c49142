import {
  answerCut,
  answerHeld,
  answerLost,
  cut,
  down,
  lateDelivery,
  latency,
  partition,
  requestCut,
  resend,
  reset,
  slicer,
  sticky,
} from '../faults/index.ts';
import type { Fault } from '../faults/fault.ts';
import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import { drawIntent } from '../schedule/draw-intent.ts';
import { groundOf, linksOf } from '../schedule/ground.ts';
import type { Ground } from '../schedule/ground.ts';
import type { ForeignGround, PlannedFault, PlannedIntent, Role, Schedule } from '../schedule/schedule.ts';
import type { App } from './app.ts';
import { linkNames } from './app-links.ts';

/** Of the shop's faults those that need nothing of the shop. */
const ON_LINKS = [
  answerLost,
  answerCut,
  answerHeld,
  requestCut,
  lateDelivery,
  latency,
  slicer,
  reset,
  cut,
  partition,
  down,
] as readonly Fault[];

/** Each customer has one machine, and one of these is wrong with it at most. */
const ON_CUSTOMERS = { anywhere: [resend], betweenNodes: [resend, sticky] } as const;

/** In any play: somebody must come when all is well again, and somebody ask twice with one key. */
const ROLES_ALWAYS: readonly Role[] = [
  'after-healing',
  'after-healing',
  'double-submit',
  'come-back',
  'give-up',
];

const ROLES_SOMETIMES: readonly Role[] = [
  'buy',
  'buy',
  'buy',
  'buy',
  'double-submit',
  'come-back',
  'give-up',
];

const PRESSES_MAX = 4;

/** One fault for so many purchases: each has some to bite. */
const PURCHASES_A_FAULT = 3;

/** They come one after the other on a link: more would only make it long. */
const FAULTS_MAX = 12;

/** One in so many customers has a machine with something wrong. */
const CUSTOMERS_A_QUIRK = 10;

/** What is written into the schedule, so that it can be played again. */
export type DrawAppOptions = Pick<ForeignGround, 'appFile' | 'allowRemote'>;

/**
 * Draws a play of an app: who buys, and what happens to the links meanwhile. Whoever is to be hit presses the
 * button when the fault is on, so that no fault is alone, however quick the app is.
 */
export function drawApp(app: App, seed: string, { appFile, allowRemote }: DrawAppOptions): Schedule {
  const stream = (...name: string[]) => randomStream(seed, 'another app', app.name, ...name);
  const topology = {
    webNodes: app.nodes.length,
    workers: 0,
    foreign: { appFile, allowRemote, links: linkNames(app), processes: [] },
  };
  const intents = drawIntents(app, stream);
  const ground = groundOf({ topology, intents });
  const faults = drawFaults(stream('faults'), ground);
  bind(stream('companions'), intents, faults);
  return {
    seed,
    scenario: app.name,
    part: 'protected',
    topology,
    limits: app.limits,
    products: [],
    intents,
    faults: [...faults, ...drawQuirks(stream('quirks'), ground)],
  };
}

function drawIntents(app: App, stream: (...name: string[]) => RandomStream): PlannedIntent[] {
  const { purchases } = app.workload;
  const roles = stream('roles');
  const others = Array.from({ length: purchases - ROLES_ALWAYS.length }, () => roles.pick(ROLES_SOMETIMES));
  return roles.shuffle([...ROLES_ALWAYS, ...others]).map((role, index) => {
    const customer = `plain-${index + 1}`;
    const own = stream(customer);
    const node = { anyOf: app.nodes.length };
    const intent = drawIntent(own, { client: 'plain', customer, role, ownProduct: true, node });
    return { ...intent, presses: role === 'double-submit' ? own.integer(2, PRESSES_MAX) : 1 };
  });
}

/**
 * The first lose answers, at a node and on each further link, whatever else is drawn: without that nobody
 * asks again for what is done.
 */
function drawFaults(random: RandomStream, ground: Ground): PlannedFault[] {
  const links = linksOf(ground);
  const edges = links.filter((link) => link.startsWith('edge@'));
  const losing = [random.pick(edges), ...links.filter((link) => !edges.includes(link))];
  const share = Math.floor(ground.intents.length / PURCHASES_A_FAULT);
  const howMany = Math.max(losing.length, Math.min(FAULTS_MAX, share));
  const swarm = random.shuffle(ON_LINKS).slice(0, random.integer(4, ON_LINKS.length));
  return Array.from({ length: howMany }, (_, index) => {
    const loses = losing[index];
    const fault = loses === undefined ? random.pick(swarm) : (answerLost as Fault);
    // Customers come by the edges: what happens there happens to them.
    const target = loses ?? (random.integer(1, 3) > 1 ? random.pick(edges) : random.pick(links));
    const ms = random.pick([random.integer(150, 600), random.integer(600, 1_800)]);
    return {
      id: `fault-${index + 1}`,
      fault: fault.name,
      target,
      params: fault.draw(random, ground) as PlannedFault['params'],
      trigger: { at: 'start' },
      heal: { at: 'elapsed', ms },
    };
  });
}

/** Gives each fault somebody to hit, and most of the others one at random. */
function bind(
  random: RandomStream,
  intents: readonly PlannedIntent[],
  faults: readonly PlannedFault[],
): void {
  const buyers = random.shuffle(intents.filter(({ role }) => role !== 'after-healing'));
  for (const [index, intent] of buyers.entries()) {
    const fault = faults[index] ?? (random.integer(1, 4) > 1 ? random.pick(faults) : null);
    if (fault === null) continue;
    intent.pressAt = { at: 'on', fault: fault.id };
    intent.hit = fault.fault;
    const [, node] = /^edge@web-(\d+)$/.exec(fault.target) ?? [];
    if (node !== undefined) intent.homeNode = Number(node);
  }
}

/** Their machine is as it is from the beginning to the end. */
function drawQuirks(random: RandomStream, ground: Ground): PlannedFault[] {
  const kinds: readonly Fault[] = (
    ground.webNodes.length > 1 ? ON_CUSTOMERS.betweenNodes : ON_CUSTOMERS.anywhere
  ) as readonly Fault[];
  const customers = random.shuffle(ground.intents.filter(({ role }) => role === 'buy'));
  const howMany = Math.floor(ground.intents.length / CUSTOMERS_A_QUIRK);
  return customers.slice(0, howMany).map(({ customer }, index) => {
    const fault = random.pick(kinds);
    const params = fault.draw(random, ground) as PlannedFault['params'];
    return {
      id: `quirk-${index + 1}`,
      fault: fault.name,
      target: customer,
      params,
      trigger: { at: 'start' },
      heal: { at: 'end' },
    };
  });
}
