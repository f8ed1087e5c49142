import { immediateStop, planned, stop } from '../faults/index.ts';
import { after, running } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** Sessions end with an error that says so, and for a moment nobody listens. */
export const postgresRestart = shopScenario({
  name: 'postgres-restart',
  title: 'the database is restarted in the middle of purchases: in its fast way, and in its immediate one',
  hazards: [10, 12, 25],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'fast' }, { name: 'immediate' }],
  faults: ({ hit }) =>
    hit(['fast', 'immediate']).map((intent) =>
      planned(
        intent.hit === 'fast' ? stop : immediateStop,
        `stop-${intent.nonce}`,
        'postgres',
        {},
        {
          trigger: running(intent),
          heal: after(200),
        },
      ),
    ),
  evidence: [stop.evidence({}), immediateStop.evidence({})],
});
