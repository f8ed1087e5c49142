import { answerLost, planned } from '../faults/index.ts';
import { duringFirstAttempt, homeOf } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { answerLostAfterCommit } from './sights/answer-lost-after-commit.ts';

/** The same purchase from two tabs, and the answer to one of them is lost. */
export const secondTab = shopScenario({
  name: 'second-tab',
  title: 'a customer pays in two tabs at once, and the first answer is lost',
  hazards: [16],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'lost', role: 'double-submit', presses: 2 },
    { name: 'lost', role: 'double-submit', presses: 2 },
    { name: 'lost', role: 'double-submit', presses: 3 },
  ],
  faults: ({ hit }) =>
    hit('lost').map((intent) =>
      planned(answerLost, `lost-${intent.nonce}`, `edge@${homeOf(intent)}`, {}, duringFirstAttempt(intent)),
    ),
  evidence: [answerLostAfterCommit],
});
