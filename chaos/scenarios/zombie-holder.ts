import { answerHeld, pause, planned } from '../faults/index.ts';
import { all, charged, off, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { hitIn } from './sights/hit-in.ts';
import { zombieSpoke } from './sights/zombie-spoke.ts';

const pressAt = () => on('answers');

/**
 * The provider has charged, its answer is on the line, and the node that waits for it
 * stands still past its lease. When it wakes it has its answer, and believes that the work is still its own.
 */
export const zombieHolder = shopScenario({
  name: 'zombie-holder',
  title:
    'a node stands still in the middle of a charge until another has finished its work, and then goes on',
  hazards: [6, 7, 45, 47],
  topology: { webNodes: 2, workers: 1, postgresSettings: { log_statement: 'all' } },
  hits: [
    { name: 'held', node: 1, pressAt },
    { name: 'held', node: 1, pressAt },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(
      answerHeld,
      'answers',
      'payments@web-1',
      {},
      {
        trigger: ready(1),
        heal: all(...hit('held').map(paid)),
      },
    ),
    // Its answer is there before it wakes, and before it would have given the provider up.
    planned(
      pause,
      'stopped',
      'web-1',
      {},
      { trigger: all(...hit('held').map(charged)), heal: off('answers') },
    ),
  ],
  evidence: [pause.evidence({}), hitIn('pause', 'charged'), zombieSpoke],
  control: true,
});
