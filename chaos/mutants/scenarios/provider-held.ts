import { lateDelivery, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** A charge is on its way to the provider for longer than anybody waits for it, and arrives after all. */
export const providerHeld: MutantScenario = {
  name: 'provider-held',
  title: 'a charge is held on its way to the provider until the order was paid otherwise',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'held', clients: ['plain'], role: 'decline-then-buy', card: 'mastercard' }, ...BESIDE],
  faults: (of) =>
    of('held').map(({ nonce: intent }) =>
      planned(
        lateDelivery,
        'held',
        'payments@web-1',
        {},
        {
          trigger: { at: 'arrived', intent, attempt: 1 },
          heal: { at: 'paid', intent },
        },
      ),
    ),
  evidence: [lateDelivery.evidence({})],
};
