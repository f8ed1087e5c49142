import type { z } from 'zod';
import type { Quirks } from '../../clients/quirks.ts';
import type { RandomStream } from '../../random.ts';
import type { PlannedIntent } from '../../schedule/schedule.ts';
import { until } from '../../topology/until.ts';
import type { Fault, FaultFamily } from '../fault.ts';
import type { Site } from '../site.ts';

/** What makes a fault of a customer's machine different from another. */
export interface ClientFault<Params> extends Pick<Fault<Params>, 'name' | 'label' | 'describe'> {
  family?: FaultFamily;
  params: z.ZodType<Params>;
  draw(random: RandomStream): Params;
  bites: string;
  /** What is wrong with their machine. */
  quirk(params: Params): Partial<Quirks>;
  /** Whether it shows at the wire. Looked for until the fault is healed. */
  shows(watch: Site['watch'], victim: PlannedIntent, params: Params): boolean;
}

/** A fault of one customer's own machine. It happens to them alone. */
export function clientFault<Params extends Record<string, unknown>>(
  spec: ClientFault<Params>,
): Fault<Params> {
  const { name, label, family = 'client', params, draw, describe, bites } = spec;
  return {
    name,
    family,
    label,
    params,
    // A browser is its own machine: what is wrong with it is done to it by its tests.
    targets: ({ intents }) =>
      intents.filter(({ client }) => client !== 'browser').map(({ customer }) => customer),
    draw,
    describe,
    evidence: () => bites,
    inject(site, order) {
      const quirks = site.quirks(order.target);
      const before = { ...quirks };
      Object.assign(quirks, spec.quirk(order.params));
      const victim = site.intentOf(order.target);
      return Promise.resolve({
        victim: victim.nonce,
        async felt(healing) {
          const isSeen = () => spec.shows(site.watch, victim, order.params);
          await until(() => isSeen() || healing.aborted, { what: bites, limitMs: Number.POSITIVE_INFINITY });
          return isSeen();
        },
        heal: () => Promise.resolve(void Object.assign(quirks, before)),
      });
    },
  };
}
