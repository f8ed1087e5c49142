import { answerHeld, kill, planned } from '../faults/index.ts';
import { all, charged, END, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { paidDuring } from './sights/paid-during.ts';

const pressAt = () => on('answers');

/** A dead node's work can be finished by any other: nobody waits for it to come back. */
export const nodeGoneForGood = shopScenario({
  name: 'node-gone-for-good',
  title: 'a node dies with work in its hands and stays away, and the others bring all of it to an end',
  hazards: [39],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'gone', node: 1, pressAt },
    { name: 'gone', node: 1, pressAt },
    { name: 'gone', node: 1, pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(answerHeld, 'answers', 'payments@web-1', {}, { trigger: ready(1), heal: on('gone') }),
    planned(kill, 'gone', 'web-1', {}, { trigger: all(...hit('gone').map(charged)), heal: END }),
  ],
  evidence: [kill.evidence({}), paidDuring('kill')],
});
