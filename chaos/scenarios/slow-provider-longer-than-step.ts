import { latency, planned } from '../faults/index.ts';
import { all, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { chargedUnheard } from './sights/charged-unheard.ts';

/** Longer than the shop waits for the provider (6 s), and than a lease (5 s). */
const SLOW = { delayMs: 7_500, jitterMs: 0, direction: 'downstream' } as const;

const pressAt = () => on('slow');

/** A step that takes longer than anybody waits for it must not be run again beside itself. */
export const slowProviderLongerThanStep = shopScenario({
  name: 'slow-provider-longer-than-step',
  title: 'the provider charges at once and answers after everybody’s patience is over',
  hazards: [37],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'slow', node: 1, pressAt },
    { name: 'slow', node: 1, pressAt },
    { name: 'slow', node: 1, pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(latency, 'slow', 'payments@web-1', SLOW, {
      trigger: ready(1),
      heal: all(...hit('slow').map(paid)),
    }),
  ],
  evidence: [chargedUnheard],
});
