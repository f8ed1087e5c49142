import { planned, stop } from '../faults/index.ts';
import { all, arrived, off, on } from './planning.ts';
import { shopScenario } from './scenario.ts';

const NODES = [1, 2, 3] as const;

/** A deployment: one node after the other is ended in order and started again, and nobody closes the shop for it. */
export const rollingRestart = shopScenario({
  name: 'rolling-restart',
  title: 'every node and worker is restarted, one after the other, while customers buy',
  hazards: [7, 38],
  topology: { webNodes: NODES.length, workers: 2 },
  hits: NODES.flatMap((node) => {
    const plan = { name: `at-${node}`, node, ...(node > 1 && { pressAt: () => off(`web-${node - 1}`) }) };
    return [plan, plan];
  }),
  faults: ({ hit }) => [
    ...NODES.map((node) =>
      planned(
        stop,
        `web-${node}`,
        `web-${node}`,
        {},
        {
          trigger: all(...hit(`at-${node}`).map((intent) => arrived(intent))),
          heal: on(`web-${node}`),
        },
      ),
    ),
    ...([1, 2] as const).map((number) =>
      planned(
        stop,
        `worker-${number}`,
        `worker-${number}`,
        {},
        {
          trigger: off(`web-${number}`),
          heal: on(`worker-${number}`),
        },
      ),
    ),
  ],
  pace: 'together',
  evidence: [stop.evidence({})],
});
