import { answerLost, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** The answer is lost, the customer goes away, and comes back when all is well again. */
export const answerLostAndGone: MutantScenario = {
  name: 'answer-lost-and-gone',
  title: 'the answer is lost, the customer goes away, and comes back later',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'gone', clients: ['plain'], role: 'give-up' }, ...BESIDE],
  faults: (of) =>
    of('gone').map(({ nonce: intent }) =>
      planned(
        answerLost,
        'lost',
        'edge@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
    ),
  evidence: [answerLost.evidence({})],
};

/** So long that whatever forgets has forgotten. */
const LONG_MS = 13_000;

/** As above, and much later. */
export const answerLostLongAgo: MutantScenario = {
  ...answerLostAndGone,
  name: 'answer-lost-long-ago',
  title: 'the answer is lost, and the customer comes back when the shop may have forgotten',
  customers: [
    { name: 'gone', clients: ['plain'], role: 'give-up' },
    // Keeps the others waiting: nobody comes back before it has bought.
    { name: 'meanwhile', clients: ['plain'], pressAt: { at: 'off', fault: 'lost' } },
    ...BESIDE,
  ],
  faults: (of) =>
    of('gone').map(({ nonce: intent }) =>
      planned(
        answerLost,
        'lost',
        'edge@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'elapsed', ms: LONG_MS },
        },
      ),
    ),
};
