import { commitQueued, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A second click comes while the first one's claim is being committed, and waits behind it. */
export const claimWithAQueue: MutantScenario = {
  name: 'claim-with-a-queue',
  title: 'a second click waits behind the commit of the first one’s claim',
  topology: { webNodes: 2, workers: 1 },
  customers: [
    { name: 'twice', clients: ['plain'], role: 'double-submit', node: 1, ownProduct: true },
    ...BESIDE,
  ],
  faults: (of) =>
    of('twice').map(({ nonce: intent }) =>
      planned(
        commitQueued,
        `queued-${intent}`,
        'db@web-1',
        { point: 'claim', intent },
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'elapsed', ms: 10 },
        },
      ),
    ),
  evidence: ['queued-claim-commit'],
};
