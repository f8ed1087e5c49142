import type { Sight } from './sight.ts';

/** The provider got two requests to charge one card with one key: the second is answered with the first's outcome. */
export const chargeAskedTwice: Sight = {
  name: 'charge-asked-twice',
  async look({ topology, schedule, evidence }) {
    const requests = await topology.watch.providerRequests();
    for (const { nonce } of schedule.intents) {
      const charges = requests.filter(
        ({ path, paymentMethod: card }) => path.endsWith('/confirm') && card?.endsWith(`_${nonce}`) === true,
      );
      const repeated = charges.filter(({ outcome }) => outcome === 'replayed');
      if (charges.length > 1 && repeated.length > 0)
        evidence.seen('charge-asked-twice', { intent: nonce, value: { requests: charges.length } });
    }
  },
};
