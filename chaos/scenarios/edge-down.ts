import { down, planned } from '../faults/index.ts';
import { duringFirstAttempt, homeOf } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** The address is gone while the request is inside; the next attempt is refused there, and goes elsewhere. */
export const edgeDown = shopScenario({
  name: 'edge-down',
  title: 'the address of a node is gone from the moment at which it has the request',
  hazards: [2, 16, 17],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'down' }, { name: 'down' }, { name: 'down' }, { name: 'down', role: 'give-up' }],
  faults: ({ hit }) =>
    hit('down').map((intent) =>
      planned(down, `down-${intent.nonce}`, `edge@${homeOf(intent)}`, {}, duringFirstAttempt(intent)),
    ),
  evidence: [down.evidence({})],
});
