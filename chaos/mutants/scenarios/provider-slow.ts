import { latency, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Longer than most think that a step takes; shorter than a customer waits. */
const SLOW = { delayMs: 3_000, jitterMs: 0, direction: 'downstream' } as const;

/** The provider takes seconds, and nothing is broken at all. */
export const providerSlow: MutantScenario = {
  name: 'provider-slow',
  title: 'the provider takes three seconds to answer, and nothing else is wrong',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'slow', clients: ['plain', 'product'] }, ...BESIDE],
  faults: (of) => [
    planned(latency, 'slow', 'payments@web-1', SLOW, {
      trigger: {
        at: 'all',
        of: of('slow').map(({ nonce: intent }) => ({ at: 'arrived', intent, attempt: 1 }) as const),
      },
      heal: { at: 'end' },
    }),
  ],
  evidence: [latency.evidence(SLOW)],
};
