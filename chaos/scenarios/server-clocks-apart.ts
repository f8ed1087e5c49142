import { answerLost, planned } from '../faults/index.ts';
import { duringFirstAttempt, homeOf } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { nodeClocksOff } from './sights/node-clocks-off.ts';

const MINUTE_MS = 60_000;

/** Farther apart than any lease is long, and than keys may come from the future. */
const SKEWS_MS = { 'web-1': -20 * MINUTE_MS, 'web-2': 20 * MINUTE_MS, 'worker-1': 120 * MINUTE_MS };

/** A node whose clock is wrong must steal no lease, refuse no honest key, and give none back too early. */
export const serverClocksApart = shopScenario({
  name: 'server-clocks-apart',
  title: 'the clocks of the nodes are minutes and hours apart while they take each other’s work over',
  hazards: [6],
  topology: { webNodes: 2, workers: 1, clockSkewMs: SKEWS_MS },
  hits: [
    { name: 'unheard' },
    { name: 'unheard', role: 'give-up' },
    { name: 'lost' },
    { name: 'lost', role: 'come-back' },
  ],
  faults: ({ hit }) =>
    hit(['unheard', 'lost']).map((intent) => {
      const link = intent.hit === 'unheard' ? 'payments' : 'edge';
      return planned(
        answerLost,
        `lost-${intent.nonce}`,
        `${link}@${homeOf(intent)}`,
        {},
        duringFirstAttempt(intent),
      );
    }),
  evidence: [answerLost.evidence({}), nodeClocksOff(5 * MINUTE_MS)],
});
