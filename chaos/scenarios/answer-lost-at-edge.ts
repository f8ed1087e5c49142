import { answerCut, answerLost, planned } from '../faults/index.ts';
import { shopScenario } from './scenario.ts';
import { answerLostAfterCommit } from './sights/answer-lost-after-commit.ts';

/** Into the status line and no further: the client reads 200, and then nothing. */
const CUT_AFTER_BYTES = 30;

/** The order is paid, and the answer that says so never reaches the customer. */
export const answerLostAtEdge = shopScenario({
  name: 'answer-lost-at-edge',
  title: 'the order is paid, and the answer that says so is lost on its way to the customer',
  hazards: [1, 16, 17, 25, 53],
  topology: { webNodes: 1, workers: 1 },
  hits: [
    { name: 'lost' },
    { name: 'lost' },
    { name: 'lost' },
    { name: 'cut' },
    { name: 'lost', role: 'give-up' },
    { name: 'cut', role: 'give-up' },
  ],
  faults: ({ hit }) =>
    hit(['lost', 'cut']).map(({ hit: what, nonce: intent, homeNode }) => {
      const [id, link] = [`${what}-${intent}`, `edge@web-${homeNode}`];
      // The node has the whole request: from there on it's about the answer alone.
      const times = {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'attempt-ended', intent, attempt: 1 },
      } as const;
      return what === 'lost'
        ? planned(answerLost, id, link, {}, times)
        : planned(answerCut, id, link, { afterBytes: CUT_AFTER_BYTES }, times);
    }),
  rounds: 3,
  evidence: [answerLostAfterCommit],
  control: true,
});
