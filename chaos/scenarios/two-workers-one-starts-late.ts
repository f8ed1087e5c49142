import { answerLost, kill, latency, planned } from '../faults/index.ts';
import { duringFirstAttempt, END, homeOf, START, takenOver } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { startedWhileAnotherWorked } from './sights/started-while-another-worked.ts';

/** The worker that is there is at it for longer than another takes to start. */
const SLOW = { delayMs: 1_800, jitterMs: 0, direction: 'downstream' } as const;

/** A process that starts must not 'recover' what a live one is doing. */
export const twoWorkersOneStartsLate = shopScenario({
  name: 'two-workers-one-starts-late',
  title: 'a second worker starts while the first is finishing other people’s work',
  hazards: [38],
  topology: { webNodes: 2, workers: 2 },
  hits: [
    { name: 'left', role: 'give-up' },
    { name: 'left', role: 'give-up' },
  ],
  faults: ({ hit }) => {
    const left = hit('left');
    const [first] = left;
    if (first === undefined) return [];
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
      planned(latency, 'slow', 'payments@worker-1', SLOW, { trigger: START, heal: END }),
      planned(kill, 'not-there-yet', 'worker-2', {}, { trigger: START, heal: takenOver(first) }),
    ];
  },
  evidence: [answerLost.evidence({}), startedWhileAnotherWorked],
});
