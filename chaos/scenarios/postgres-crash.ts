import { kill, planned } from '../faults/index.ts';
import { after, charged, running } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** What was acknowledged is there after a crash; what wasn't is there once, or not at all. */
export const postgresCrash = shopScenario({
  name: 'postgres-crash',
  title: 'the database is killed with all its children in the middle of purchases, and recovers from its log',
  hazards: [22, 12, 10],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'running' }, { name: 'charged' }],
  faults: ({ hit }) => [
    ...hit('running').map((intent) =>
      planned(kill, `kill-${intent.nonce}`, 'postgres', {}, { trigger: running(intent), heal: after(300) }),
    ),
    ...hit('charged').map((intent) =>
      planned(kill, `kill-${intent.nonce}`, 'postgres', {}, { trigger: charged(intent), heal: after(300) }),
    ),
  ],
  evidence: [kill.evidence({})],
});
