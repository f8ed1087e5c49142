import { cut, planned, reset } from '../faults/index.ts';
import { all, ended, off, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const answered = () => on('answers-reset');
const asked = () => on('questions-reset');

/** A reset tells nothing: not whether the request arrived, nor whether it was done. */
export const edgeReset = shopScenario({
  name: 'edge-reset',
  title: 'connections are reset: with the answer, when all is done, and with the question, when nothing is',
  hazards: [17, 25],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'answered', node: 1, pressAt: answered },
    { name: 'answered', node: 1, pressAt: answered },
    { name: 'answered', node: 1, pressAt: answered, role: 'give-up' },
    { name: 'asked', node: 1, pressAt: asked },
    { name: 'asked', node: 1, pressAt: asked, role: 'give-up' },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    // A reset takes new connections only: those that are kept alive must go first.
    planned(cut, 'old-connections', 'edge@web-1', {}, { trigger: ready(1), heal: on('old-connections') }),
    planned(
      reset,
      'answers-reset',
      'edge@web-1',
      { direction: 'downstream' },
      {
        trigger: off('old-connections'),
        heal: all(...hit('answered').map((intent) => ended(intent))),
      },
    ),
    planned(
      reset,
      'questions-reset',
      'edge@web-1',
      { direction: 'upstream' },
      {
        trigger: off('answers-reset'),
        heal: all(...hit('asked').map((intent) => ended(intent))),
      },
    ),
  ],
  evidence: [reset.evidence({ direction: 'downstream' })],
});
