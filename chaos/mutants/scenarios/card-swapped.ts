import { down, pause, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** The provider is away for one attempt, and the next one with that key brings another card. */
export const cardSwapped: MutantScenario = {
  name: 'card-swapped',
  title: 'an operation is left in the middle, and its key comes again with another card',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'swaps', clients: ['plain'], role: 'swap-card' }, ...BESIDE],
  faults: (of) =>
    of('swaps').flatMap(({ nonce: intent }) => [
      // Who finishes what others leave would be there first.
      planned(pause, 'no-worker', 'worker-1', {}, { trigger: { at: 'start' }, heal: { at: 'end' } }),
      planned(
        down,
        'away',
        'payments@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'attempt-ended', intent, attempt: 1 },
        },
      ),
    ]),
  evidence: [down.evidence({})],
};
