import { answerHeld, answerLost, kill, planned } from '../faults/index.ts';
import { after, duringFirstAttempt, homeOf, on, START, takenOver } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** Whoever finishes other people's work dies over it, too. */
export const workerKilledWhileCompleting = shopScenario({
  name: 'worker-killed-while-completing',
  title: 'the worker is killed while it finishes what a customer has left behind, and must begin again',
  hazards: [5, 8],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'left', role: 'give-up' },
    { name: 'left', role: 'give-up' },
  ],
  faults: ({ hit }) => {
    const [first, ...others] = hit('left');
    if (first === undefined) return [];
    return [
      ...[first, ...others].map((intent) =>
        planned(
          answerLost,
          `lost-${intent.nonce}`,
          `payments@${homeOf(intent)}`,
          {},
          duringFirstAttempt(intent),
        ),
      ),
      // It has asked the provider, and waits.
      planned(answerHeld, 'asking', 'payments@worker-1', {}, { trigger: START, heal: on('killed') }),
      planned(kill, 'killed', 'worker-1', {}, { trigger: takenOver(first), heal: after(500) }),
    ];
  },
  evidence: [answerLost.evidence({}), kill.evidence({})],
});
