import { lateDelivery, planned } from '../faults/index.ts';
import { all, ended, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { arrivedLate } from './sights/arrived-late.ts';

const pressAt = () => on('late');

/**
 * The first request is on its way for so long that its customer has done everything else by
 * the time it arrives: asked again elsewhere, come back, or closed that attempt and paid with another key.
 */
export const lateDeliveryAtEdge = shopScenario({
  name: 'late-delivery-at-edge',
  title: 'a request arrives long after its customer has given it up and paid another way',
  hazards: [31, 42],
  topology: { webNodes: 2, workers: 1 },
  limits: { attemptTimeoutMs: 1_500 },
  hits: [
    { name: 'late', node: 1, pressAt },
    { name: 'late', node: 1, pressAt, role: 'come-back' },
    { name: 'late', node: 1, pressAt, role: 'change-mind' },
    { name: 'late', node: 1, pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(
      lateDelivery,
      'late',
      'edge@web-1',
      {},
      {
        trigger: ready(1),
        heal: all(...hit('late').map((intent) => (intent.role === 'give-up' ? ended(intent) : paid(intent)))),
      },
    ),
  ],
  evidence: [lateDelivery.evidence({}), arrivedLate],
});
