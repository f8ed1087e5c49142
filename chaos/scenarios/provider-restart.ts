import { kill, planned, stop } from '../faults/index.ts';
import { after, arrived, charged } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** The provider dies over a charge, before it's made and after: its ledger knows, and nobody else. */
export const providerRestart = shopScenario({
  name: 'provider-restart',
  title: 'the payment provider is killed and restarted while it is being asked to charge',
  hazards: [3, 24],
  topology: { webNodes: 2, workers: 1 },
  hits: [{ name: 'killed-charging' }, { name: 'killed-before' }, { name: 'stopped' }],
  faults: ({ hit }) =>
    hit(['killed-charging', 'killed-before', 'stopped']).map((intent) =>
      planned(
        intent.hit === 'stopped' ? stop : kill,
        `end-${intent.nonce}`,
        'sandbox',
        {},
        {
          trigger: intent.hit === 'killed-charging' ? charged(intent) : arrived(intent),
          heal: after(400),
        },
      ),
    ),
  evidence: [kill.evidence({}), stop.evidence({})],
});
