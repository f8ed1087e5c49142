import { latency, partition, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Slow enough that the line is dead before the provider has answered. */
const SLOW = { delayMs: 700, jitterMs: 0, direction: 'downstream' } as const;
const CUT = { direction: 'both', afterwards: 'dropped' } as const;
/** Longer than a node waits for one statement (4 s): it is told that the store is away, and then it is back. */
const AWAY_MS = 5_500;

/** The card is charged, and its node loses the database for some seconds; then the line is good again. */
export const storeAway: MutantScenario = {
  name: 'store-away',
  title: 'a node loses the database between charge and settlement, for longer than it waits',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'cut-off', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('cut-off').flatMap(({ nonce: intent }) => [
      planned(latency, 'slow', 'payments@web-1', SLOW, {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'off', fault: 'cut' },
      }),
      planned(partition, 'cut', 'db@web-1', CUT, {
        trigger: { at: 'charged', intent },
        heal: { at: 'elapsed', ms: AWAY_MS },
      }),
    ]),
  evidence: [latency.evidence(SLOW), partition.evidence(CUT)],
};
