import { planned, sessionsEnded } from '../faults/index.ts';
import { charged, homeOf, on, running } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** The server ends a node's sessions in the middle of its transactions, and takes new ones at once. */
export const sessionsEndedInSale = shopScenario({
  name: 'sessions-ended',
  title: 'the database ends every session of a node in the middle of its work',
  hazards: [25, 51, 52],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'claimed' }, { name: 'claimed' }, { name: 'charged' }, { name: 'charged', role: 'give-up' }],
  faults: ({ hit }) =>
    hit(['claimed', 'charged']).map((intent) =>
      planned(
        sessionsEnded,
        `ended-${intent.nonce}`,
        homeOf(intent),
        {},
        {
          trigger: intent.hit === 'charged' ? charged(intent) : running(intent),
          heal: on(`ended-${intent.nonce}`),
        },
      ),
    ),
  evidence: [sessionsEnded.evidence({})],
});
