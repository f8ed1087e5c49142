import { z } from 'zod';
import type { Fault } from '../fault.ts';
import { direction, SILENCE_MS, streamsOf, toxicFault, whatPasses } from './link-fault.ts';

/** What becomes of the bytes that were on their way. */
const afterwards = z.enum([
  /** Nothing of it ever arrives, and the connections end: a dead line. */
  'dropped',
  /** All of it arrives once the fault is healed, however late: what TCP does when a line comes back. */
  'delivered',
]);

const params = z.strictObject({ direction, afterwards });
type Params = z.infer<typeof params>;

const silence = toxicFault({
  name: 'partition',
  label: 'partition',
  params,
  draw: (random) => ({
    direction: random.pick(['both', 'both', 'upstream', 'downstream'] as const),
    afterwards: random.pick(['dropped', 'delivered'] as const),
  }),
  describe: ({ direction: way, afterwards: then }) =>
    `${whatPasses(way)} is silence, and is ${then} on healing`,
  toxics: ({ direction: way, afterwards: then }) =>
    streamsOf(way).map((stream) =>
      then === 'dropped'
        ? { type: 'timeout', stream, attributes: { timeout: 0 } }
        : { type: 'bandwidth', stream, attributes: { rate: 0 } },
    ),
  bites: 'nothing-passed',
  askLimitMs: () => SILENCE_MS,
  // Our own question ends with the server's hanging up, which a way back that drops bytes still tells.
  shows: ({ end, bytes }, { direction: way }) => bytes === 0 && (end === 'open' || way === 'downstream'),
});

/**
 * Nothing passes, in one direction or in both, on connections that are open and on new ones. Nobody is
 * told: a connection can be opened, and then there is silence.
 */
export const partition: Fault<Params> = {
  ...silence,
  async inject(site, order) {
    const { direction: way } = order.params;
    // Where there is a bird that knows directions it must be on the line before it goes dead.
    const bird = await site.databaseCanary(order.target);
    const active = await silence.inject(site, order);
    if (bird === null) return active;
    return {
      async felt() {
        const upstream = await bird.upstreamIsCut(SILENCE_MS);
        const downstream = await bird.downstreamIsCut(SILENCE_MS);
        return upstream === (way !== 'downstream') && downstream === (way !== 'upstream');
      },
      async heal() {
        await active.heal();
        await bird[Symbol.asyncDispose]();
      },
    };
  },
};
