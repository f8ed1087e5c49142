import { answerLost, planned } from '../faults/index.ts';
import { PAGE_LIMITS } from '../run/limits.ts';
import { shopScenario } from './scenario.ts';
import { answerLostAfterCommit } from './sights/answer-lost-after-commit.ts';

/** What people do at a page that doesn't say: wait, reload, go back, close it, try in another tab. */
export const pagesLoseAnswers = shopScenario({
  name: 'pages-lose-answers',
  title:
    'in real browsers: the order is paid, its answer is lost, and the customer waits, reloads, goes back or closes the tab',
  hazards: [16, 17, 35, 53],
  topology: { webNodes: 1, workers: 1 },
  clients: ['browser'],
  limits: PAGE_LIMITS,
  hits: [
    { name: 'lost' },
    { name: 'lost', role: 'reload' },
    { name: 'lost', role: 'go-back' },
    { name: 'lost', role: 'close-and-return' },
    { name: 'lost', role: 'double-submit', presses: 2 },
  ],
  faults: ({ hit }) =>
    hit('lost').map(({ nonce: intent, homeNode }) =>
      planned(
        answerLost,
        `lost-${intent}`,
        `edge@web-${homeNode}`,
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
    ),
  evidence: [answerLostAfterCommit],
  exercises: ['pages-tell-the-truth', 'refusals-have-a-cause', 'same-key-same-bytes'],
});
