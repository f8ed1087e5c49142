import { answerLost, planned, purge } from '../faults/index.ts';
import { arrived, duringFirstAttempt, homeOf, off } from './planning.ts';
import { shopScenario } from './scenario.ts';

const DAYS = { days: 2, recordsPerDay: 300 } as const;

/** Days of old records are detached and dropped while claims are made: no claim waits for it, and none is lost. */
export const purgeUnderLoad = shopScenario({
  name: 'purge-under-load',
  title: 'workers start anew and forget days of old records while customers buy and lose their answers',
  hazards: [18, 31, 44],
  topology: { webNodes: 2, workers: 2 },
  hits: [
    { name: 'first' },
    { name: 'lost' },
    { name: 'lost', role: 'come-back' },
    { name: 'lost', role: 'give-up' },
    { name: 'later', pressAt: () => off('purge-2') },
  ],
  faults: ({ hit }) => [
    ...hit('first')
      .slice(0, 1)
      .map((intent) =>
        planned(
          purge,
          'purge-1',
          'worker-1',
          { daysAgo: 20, ...DAYS },
          { trigger: arrived(intent), heal: off('purge-2') },
        ),
      ),
    // Both at it at once: only one of them can detach a day.
    planned(
      purge,
      'purge-2',
      'worker-2',
      { daysAgo: 40, ...DAYS },
      {
        trigger: { at: 'on', fault: 'purge-1' },
        heal: { at: 'on', fault: 'purge-2' },
      },
    ),
    ...hit('lost').map((intent) =>
      planned(answerLost, `lost-${intent.nonce}`, `edge@${homeOf(intent)}`, {}, duringFirstAttempt(intent)),
    ),
  ],
  evidence: [purge.evidence({ daysAgo: 20, ...DAYS })],
});
