import { answerCut, answerLost, planned } from '../faults/index.ts';
import { duringFirstAttempt, homeOf } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { answerLostAfterCommit } from './sights/answer-lost-after-commit.ts';

/** The answer is lost, the page is loaded again, and what the browser kept is all there is to go on. */
export const reloadAfterAnswerLost = shopScenario({
  name: 'reload-after-answer-lost',
  title: 'the answer is lost, and the customer comes back with what the browser kept of the attempt',
  hazards: [16, 35, 53],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'lost', role: 'come-back' },
    { name: 'lost', role: 'come-back' },
    { name: 'cut', role: 'come-back' },
    { name: 'cut', role: 'change-mind' },
  ],
  faults: ({ hit }) =>
    hit(['lost', 'cut']).map((intent) => {
      const [id, link, times] = [
        `${intent.hit}-${intent.nonce}`,
        `edge@${homeOf(intent)}`,
        duringFirstAttempt(intent),
      ];
      return intent.hit === 'lost'
        ? planned(answerLost, id, link, {}, times)
        : planned(answerCut, id, link, { afterBytes: 90 }, times);
    }),
  evidence: [answerLostAfterCommit],
});
