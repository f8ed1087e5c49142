import { z } from 'zod';
import { linksOf } from '../../schedule/ground.ts';
import type { Ground } from '../../schedule/ground.ts';
import type { RandomStream } from '../../random.ts';
import type { Fault } from '../fault.ts';
import type { Reply } from './ask.ts';
import type { ToxicOfFault } from './links.ts';
import type { Stream } from './toxiproxy-client.ts';

/** Which way: `upstream` is from the client of a link to its server. */
export const direction = z.enum(['upstream', 'downstream', 'both']);
export type Direction = z.infer<typeof direction>;

export function streamsOf(way: Direction): readonly Stream[] {
  return way === 'both' ? ['upstream', 'downstream'] : [way];
}

/** As the beginning of a sentence. */
export function whatPasses(way: Direction): string {
  return { upstream: 'what is asked', downstream: 'what is answered', both: 'what is asked and answered' }[
    way
  ];
}

/** What makes a fault of toxics different from another. */
export interface ToxicFault<Params> extends Pick<Fault<Params>, 'name' | 'label' | 'params' | 'describe'> {
  draw(random: RandomStream): Params;
  toxics(params: Params): readonly ToxicOfFault[];
  /** What the evidence is called: `answers-were-late`. */
  bites: string;
  /** How long our own question may take; what doesn't pass at all takes all of it. */
  askLimitMs(params: Params): number;
  /** Whether that is the answer of a link with this fault. */
  shows(reply: Reply, params: Params): boolean;
}

/** What passes at all passes in a few milliseconds. */
export const SILENCE_MS = 400;

/** Long beside anything that a healthy link takes, added to what the fault itself takes. */
export const PATIENCE_MS = 3_000;

/** A fault that is toxics on one link. */
export function toxicFault<Params extends Record<string, unknown>>(spec: ToxicFault<Params>): Fault<Params> {
  const { name, label, params, describe, bites } = spec;
  return {
    name,
    family: 'link',
    label,
    params,
    targets: (ground: Ground) => linksOf(ground),
    draw: (random) => spec.draw(random),
    describe,
    evidence: () => bites,
    async inject({ links }, order) {
      const heal = await links.poison(order.target, `${name}-${order.id}`, spec.toxics(order.params));
      return {
        heal,
        felt: async () =>
          spec.shows(await links.ask(order.target, spec.askLimitMs(order.params)), order.params),
      };
    },
  };
}
