import { lateDelivery, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A request is held on its way, its sender gives it up, and it arrives after all. */
export const lateArrival: MutantScenario = {
  name: 'late-arrival',
  title: 'a request is on its way for longer than its sender waits, and arrives after all',
  topology: { webNodes: 2, workers: 1 },
  pace: 'together',
  customers: [
    { name: 'late', clients: ['plain'], role: 'give-up', node: 1, pressAt: { at: 'on', fault: 'held' } },
    ...BESIDE,
  ],
  faults: (of) =>
    of('late').map(({ nonce: intent }) =>
      planned(
        lateDelivery,
        'held',
        'edge@web-1',
        {},
        {
          trigger: { at: 'ready', round: 1 },
          // The first is given up, and whatever its sender then does has come to its end.
          heal: { at: 'attempt-ended', intent, attempt: 2 },
        },
      ),
    ),
  evidence: [lateDelivery.evidence({})],
};
