import { down, planned } from '../../faults/index.ts';

import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** The provider can't be reached for a moment, and surely nothing was charged. */
export const providerDown: MutantScenario = {
  name: 'provider-down',
  title: 'the provider can’t be reached for a moment, and then it can',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'turned-away', clients: ['plain', 'product'] }, ...BESIDE],
  faults: (of) =>
    of('turned-away').map(({ nonce: intent }) =>
      planned(
        down,
        `down-${intent}`,
        'payments@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
    ),
  evidence: [down.evidence({})],
};
