import { commitLate, commitLost, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** COMMIT of the settlement happens, and the word of it is lost. */
export const commitUnheard: MutantScenario = {
  name: 'commit-unheard',
  title: 'the commit that makes an order paid happens, and the node hears of a lost connection',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'unheard', clients: ['plain', 'product'], ownProduct: true }, ...BESIDE],
  faults: (of) =>
    of('unheard').map(({ nonce: intent }) =>
      planned(
        commitLost,
        `lost-${intent}`,
        'db@web-1',
        { point: 'settle', intent },
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'elapsed', ms: 50 },
        },
      ),
    ),
  evidence: ['lost-settle-commit'],
};

/** COMMIT happens after somebody has looked whether it has. */
export const commitTooLate: MutantScenario = {
  name: 'commit-too-late',
  title: 'the commit of an order happens after the node has looked for it',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'late', clients: ['plain', 'product'], ownProduct: true }, ...BESIDE],
  faults: (of) =>
    of('late').map(({ nonce: intent }) =>
      planned(
        commitLate,
        `late-${intent}`,
        'db@web-1',
        { point: 'settle', intent },
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'elapsed', ms: 50 },
        },
      ),
    ),
  evidence: ['late-settle-commit'],
};
