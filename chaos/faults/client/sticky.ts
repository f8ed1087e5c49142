import { z } from 'zod';
import { clientFault } from './client-fault.ts';

/**
 * Every retry goes to the node of the first attempt, whatever became of that: a load balancer with sticky
 * sessions, a kept-alive connection. To a node that stands still they queue up.
 */
export const sticky = clientFault({
  name: 'sticky',
  label: 'always the same node',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: (_params, target) => `every attempt of ${target} goes to the same node`,
  bites: 'retried-at-the-same-node',
  quirk: () => ({ isSticky: true }),
  shows(watch, { nonce }) {
    const arrivals = watch.arrivals(nonce);
    return arrivals.length > 1 && new Set(arrivals.map(({ node }) => node)).size === 1;
  },
});
