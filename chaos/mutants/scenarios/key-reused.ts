import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A client with a bug sends a key a second time, with another card. */
export const keyReused: MutantScenario = {
  name: 'key-reused',
  title: 'a key comes a second time, with another card',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'reuses', clients: ['plain'], role: 'reuse-key' }, ...BESIDE],
  faults: () => [],
  evidence: [],
};
