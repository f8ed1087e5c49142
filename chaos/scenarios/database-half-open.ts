import { partition, planned } from '../faults/index.ts';
import { all, off, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';
import { paidDuring } from './sights/paid-during.ts';

const unasked = () => on('unasked');
const unanswered = () => on('unanswered');

/**
 * A line that is dead in one direction: first what the node asks doesn't arrive, then what it asks is
 * done and it doesn't hear of it. Sessions hang in their transactions, and the server must end them itself.
 */
export const databaseHalfOpen = shopScenario({
  name: 'database-half-open',
  title: 'one node’s line to the database is dead in one direction, and then in the other',
  hazards: [25, 47, 48],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'unasked', node: 1, pressAt: unasked },
    { name: 'unasked', node: 1, pressAt: unasked },
    { name: 'unanswered', node: 1, pressAt: unanswered },
    { name: 'unanswered', node: 1, pressAt: unanswered },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(
      partition,
      'unasked',
      'db@web-1',
      { direction: 'upstream', afterwards: 'dropped' },
      {
        trigger: ready(1),
        heal: all(...hit('unasked').map(paid)),
      },
    ),
    planned(
      partition,
      'unanswered',
      'db@web-1',
      { direction: 'downstream', afterwards: 'dropped' },
      {
        trigger: off('unasked'),
        heal: all(...hit('unanswered').map(paid)),
      },
    ),
  ],
  evidence: ['nothing-passed', paidDuring('partition')],
});
