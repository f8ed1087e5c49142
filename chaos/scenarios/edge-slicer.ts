import { planned, requestCut, slicer } from '../faults/index.ts';
import { all, ended, off, on, paid, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const inSlices = () => on('slices');
const broken = () => on('breaks');

/** Somewhere in the head of a request to pay. */
const BREAKS_AFTER = { afterBytes: 180 } as const;

/** Requests and answers come in pieces, and then only a piece of the request comes at all. */
export const edgeSlicer = shopScenario({
  name: 'edge-slicer',
  title: 'requests and answers come in small pieces, and some requests break off in the middle',
  hazards: [53],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'sliced', node: 1, pressAt: inSlices },
    { name: 'sliced', node: 1, pressAt: inSlices },
    { name: 'broken', node: 1, pressAt: broken },
    { name: 'broken', node: 1, pressAt: broken },
  ],
  pace: 'together',
  faults: ({ hit }) => [
    planned(
      slicer,
      'slices',
      'edge@web-1',
      { averageBytes: 24, pauseMs: 3, direction: 'both' },
      {
        trigger: ready(1),
        heal: all(...hit('sliced').map(paid)),
      },
    ),
    planned(requestCut, 'breaks', 'edge@web-1', BREAKS_AFTER, {
      trigger: off('slices'),
      heal: all(...hit('broken').map((intent) => ended(intent))),
    }),
  ],
  evidence: [
    slicer.evidence({ averageBytes: 24, pauseMs: 3, direction: 'both' }),
    requestCut.evidence(BREAKS_AFTER),
  ],
});
