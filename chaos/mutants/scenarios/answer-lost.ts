import { answerLost, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE, DECLINED } from './customers.ts';

/** The order is paid, its answer is lost, and the retry comes to the other node. */
export const answerLostOnce: MutantScenario = {
  name: 'answer-lost-once',
  title: 'the answer to the first attempt is lost, and the retry comes to the other node',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'lost', clients: ['plain', 'product'], node: 1 }, ...BESIDE, DECLINED],
  faults: (of) =>
    of('lost').map(({ nonce: intent }) =>
      planned(
        answerLost,
        `lost-${intent}`,
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
