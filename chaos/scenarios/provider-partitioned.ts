import { partition, planned } from '../faults/index.ts';
import { after, all, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const CUT = ['web-1', 'web-2', 'worker-1'] as const;

const pressAt = () => all(...CUT.map((node) => on(`cut-${node}`)));

/** Nobody can ask the provider anything; what was asked is lost, or arrives when nobody waits any more. */
export const providerPartitioned = shopScenario({
  name: 'provider-partitioned',
  title: 'every node and worker loses the payment provider, in both directions',
  hazards: [24, 41],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'cut', pressAt },
    { name: 'cut', pressAt },
    { name: 'cut', pressAt, role: 'give-up' },
    { name: 'cut', pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ random }) =>
    CUT.map((node) =>
      planned(
        partition,
        `cut-${node}`,
        `payments@${node}`,
        { direction: 'both', afterwards: random.pick(['dropped', 'delivered'] as const) },
        { trigger: ready(1), heal: after(5_000) },
      ),
    ),
  evidence: ['nothing-passed'],
});
