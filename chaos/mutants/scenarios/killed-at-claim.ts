import { commitHeld, kill, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A node dies while the commit of its first step waits: nobody goes on with what it began. */
export const killedAtClaim: MutantScenario = {
  name: 'killed-at-claim',
  title: 'a node is killed while its first commit waits, and the retry comes to the other',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'claimed', clients: ['plain'], node: 1, ownProduct: true }, ...BESIDE],
  faults: (of) =>
    of('claimed').flatMap(({ nonce: intent, customer }) => [
      planned(
        commitHeld,
        'held',
        customer,
        { point: 'claim', intent },
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'on', fault: 'killed' },
        },
      ),
      planned(
        kill,
        'killed',
        'web-1',
        {},
        {
          trigger: { at: 'on', fault: 'held' },
          heal: { at: 'end' },
        },
      ),
    ]),
  evidence: ['held-claim-commit', kill.evidence({})],
};
