import { lateDelivery, planned } from '../faults/index.ts';
import { all, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { chargeAskedTwice } from './sights/charge-asked-twice.ts';

const pressAt = () => on('held');

/**
 * The charge is under way to the provider when the worker asks for it there and finds none. That isn't
 * 'not charged': a customer may pay with another key by then, and the first charge still arrives.
 */
export const chargeHeldThenNewKey = shopScenario({
  name: 'charge-held-then-new-key',
  title:
    'a charge is held on its way; the worker finds none, the customer tries another card, and then it arrives',
  hazards: [24, 41],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'held', node: 1, pressAt },
    { name: 'held', node: 1, pressAt, role: 'give-up' },
    { name: 'held', node: 1, pressAt, role: 'impatient', client: 'plain' },
    { name: 'held', node: 1, pressAt, role: 'impatient', client: 'plain' },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(
      lateDelivery,
      'held',
      'payments@web-1',
      {},
      { trigger: ready(1), heal: all(...hit('held').map(paid)) },
    ),
  ],
  evidence: [lateDelivery.evidence({}), chargeAskedTwice],
});
