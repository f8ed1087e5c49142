import { partition, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

const DROPPED = { direction: 'upstream', afterwards: 'dropped' } as const;

/** A request never arrives, and its customer asks later what became of it. */
export const neverArrived: MutantScenario = {
  name: 'never-arrived',
  title: 'requests never arrive, and their customers ask later what became of them',
  topology: { webNodes: 1, workers: 1 },
  pace: 'together',
  customers: [
    { name: 'dropped', clients: ['plain', 'plain'], role: 'give-up', pressAt: { at: 'on', fault: 'cut' } },
    ...BESIDE,
  ],
  faults: () => [
    planned(partition, 'cut', 'edge@web-1', DROPPED, {
      trigger: { at: 'ready', round: 1 },
      heal: { at: 'end' },
    }),
  ],
  evidence: [partition.evidence(DROPPED)],
};
