import { latency, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

const SLOW = { delayMs: 700, jitterMs: 0, direction: 'downstream' } as const;

/** Two clicks at one moment, each to another node, while the provider is slow. */
export const doubleClick: MutantScenario = {
  name: 'double-click',
  title: 'two clicks at one moment come to two nodes, and the provider is slow',
  topology: { webNodes: 2, workers: 1 },
  customers: [
    { name: 'twice', clients: ['plain', 'product'], role: 'double-submit', node: 1 },
    { name: 'twice', clients: ['plain'], role: 'double-submit', node: 2, presses: 3 },
    ...BESIDE,
  ],
  faults: () =>
    ['web-1', 'web-2'].map((node) =>
      planned(latency, `slow-${node}`, `payments@${node}`, SLOW, {
        trigger: { at: 'start' },
        heal: { at: 'end' },
      }),
    ),
  evidence: [latency.evidence(SLOW)],
};
