import { down, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Longer than a call has attempts. */
const DOWN_MS = 9_000;

/** The database can't be reached for as long as a customer is patient. */
export const storeDown: MutantScenario = {
  name: 'store-down',
  title: 'the database can’t be reached, and every attempt is told so at once',
  topology: { webNodes: 1, workers: 1 },
  pace: 'together',
  customers: [{ name: 'insists', clients: ['plain'], pressAt: { at: 'on', fault: 'down' } }, ...BESIDE],
  faults: () => [
    planned(
      down,
      'down',
      'db@web-1',
      {},
      {
        trigger: { at: 'ready', round: 1 },
        heal: { at: 'elapsed', ms: DOWN_MS },
      },
    ),
  ],
  evidence: [down.evidence({})],
};
