import { planned, sharedCache } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Two customers of one company, one after the other, behind its cache. */
export const behindACache: MutantScenario = {
  name: 'behind-a-cache',
  title: 'two customers get their pages through one cache',
  topology: { webNodes: 1, workers: 1 },
  pace: 'together',
  customers: [
    { name: 'behind', clients: ['plain'], round: 1 },
    { name: 'behind', clients: ['plain'], role: 'snoop', round: 2 },
    ...BESIDE,
  ],
  faults: (of) =>
    of('behind').map(({ customer }) =>
      planned(
        sharedCache,
        `cache-${customer}`,
        customer,
        {},
        { trigger: { at: 'start' }, heal: { at: 'end' } },
      ),
    ),
  evidence: [sharedCache.evidence({})],
};
