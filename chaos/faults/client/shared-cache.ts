import { z } from 'zod';
import { clientFault } from './client-fault.ts';

/** A customer's pages come through a cache that others use as well: their company's, their provider's. */
export const sharedCache = clientFault({
  name: 'shared-cache',
  label: 'shared cache',
  params: z.strictObject({}),
  draw: () => ({}),
  describe: (_params, target) => `${target} gets pages through a cache that is shared`,
  bites: 'bought-behind-a-shared-cache',
  quirk: () => ({ sharesCache: true }),
  // Whether it was given anything from there is the shop's doing.
  shows: (watch, { nonce }) => watch.attempts(nonce).length > 0,
});
