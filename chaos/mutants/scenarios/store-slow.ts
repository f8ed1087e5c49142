import { latency, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Of each answer: a purchase asks a dozen times. */
const SLOW = { delayMs: 900, jitterMs: 0, direction: 'downstream' } as const;

/** The database answers a node late, for as long as one attempt lasts; nothing is lost. */
export const storeSlow: MutantScenario = {
  name: 'store-slow',
  title: 'a node gets every answer of the database late, and its customer asks another node meanwhile',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'late', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('late').map(({ nonce: intent }) =>
      planned(latency, 'slow', 'db@web-1', SLOW, {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'attempt-ended', intent, attempt: 1 },
      }),
    ),
  evidence: [latency.evidence(SLOW)],
};
