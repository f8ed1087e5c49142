import { answerLost, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE, DECLINED } from './customers.ts';

/** The provider charges, and its answer is lost. */
export const providerMute: MutantScenario = {
  name: 'provider-mute',
  title: 'the provider charges the card, and its answer is lost',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'unheard', clients: ['plain', 'product'] }, ...BESIDE, DECLINED],
  faults: (of) =>
    of('unheard').map(({ nonce: intent }) =>
      planned(
        answerLost,
        `unheard-${intent}`,
        'payments@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
    ),
  evidence: [answerLost.evidence({})],
};
