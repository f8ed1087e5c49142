import { failpointCrash, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A node dies in the middle of its claim, whatever that consists of. */
export const crashedInClaim: MutantScenario = {
  name: 'crashed-in-claim',
  title: 'a node crashes in the middle of its claim, and the retry comes to the other',
  topology: { webNodes: 2, workers: 1, failpoints: true },
  customers: [{ name: 'claims', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('claims').map(({ nonce: intent }) =>
      planned(
        failpointCrash,
        'crashed',
        'web-1',
        { intent, point: 'entered', step: null },
        { trigger: { at: 'arrived', intent, attempt: 1 }, heal: { at: 'end' } },
      ),
    ),
  evidence: [failpointCrash.evidence({ intent: '', point: 'entered', step: null })],
};
