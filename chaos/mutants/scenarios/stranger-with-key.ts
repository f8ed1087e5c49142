import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Somebody has somebody else's key: it stood in a log. */
export const strangerWithKey: MutantScenario = {
  name: 'stranger-with-key',
  title: 'a customer asks what became of a key that is another’s',
  topology: { webNodes: 1, workers: 1 },
  pace: 'together',
  customers: [{ name: 'asks', clients: ['plain'], role: 'eavesdrop' }, ...BESIDE],
  faults: () => [],
  evidence: [],
};
