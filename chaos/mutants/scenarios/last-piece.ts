import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** More customers than pieces. */
export const lastPiece: MutantScenario = {
  name: 'last-piece',
  title: 'five customers want a product of which there are two',
  topology: { webNodes: 2, workers: 1 },
  scarce: { sku: 'CHAOS-SCARCE', stock: 2 },
  customers: [
    { name: 'too-many', clients: ['plain', 'product'], wantsScarce: true, node: 1 },
    { name: 'too-many', clients: ['plain', 'product'], wantsScarce: true, node: 2 },
    { name: 'too-many', clients: ['plain'], wantsScarce: true },
    ...BESIDE,
  ],
  faults: () => [],
  evidence: [],
};
