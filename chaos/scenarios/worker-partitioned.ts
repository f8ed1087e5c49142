import { answerLost, partition, planned } from '../faults/index.ts';
import { all, duringFirstAttempt, ended, homeOf, paid } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { paidDuring } from './sights/paid-during.ts';

/** One worker loses the database, perhaps in the middle of somebody's work; the other goes on with it. */
export const workerPartitioned = shopScenario({
  name: 'worker-partitioned',
  title: 'one of two workers loses the database while customers have left work behind',
  hazards: [5, 8, 38],
  topology: { webNodes: 2, workers: 2 },
  hits: [
    { name: 'left', role: 'give-up' },
    { name: 'left', role: 'give-up' },
  ],
  faults: ({ hit, random }) => {
    const left = hit('left');
    const [first] = left;
    if (first === undefined) return [];
    const afterwards = random.pick(['dropped', 'delivered'] as const);
    return [
      ...left.map((intent) =>
        planned(
          answerLost,
          `lost-${intent.nonce}`,
          `payments@${homeOf(intent)}`,
          {},
          duringFirstAttempt(intent),
        ),
      ),
      planned(
        partition,
        'cut',
        'db@worker-1',
        { direction: 'both', afterwards },
        {
          trigger: ended(first),
          heal: all(...left.map(paid)),
        },
      ),
    ];
  },
  evidence: ['nothing-passed', paidDuring('partition')],
});
