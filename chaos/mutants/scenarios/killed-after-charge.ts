import { kill, latency, planned } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

const SLOW = { delayMs: 1_500, jitterMs: 0, direction: 'downstream' } as const;

/** A node dies between the charge and whatever it would have written down of it, and stays dead. */
export const killedAfterCharge: MutantScenario = {
  name: 'killed-after-charge',
  title: 'a node is killed between charge and record, and the retry comes to the other',
  topology: { webNodes: 2, workers: 1 },
  customers: [{ name: 'charged', clients: ['plain'], node: 1 }, ...BESIDE],
  faults: (of) =>
    of('charged').flatMap(({ nonce: intent }) => [
      planned(latency, 'slow', 'payments@web-1', SLOW, {
        trigger: { at: 'arrived', intent, attempt: 1 },
        heal: { at: 'on', fault: 'killed' },
      }),
      planned(kill, 'killed', 'web-1', {}, { trigger: { at: 'charged', intent }, heal: { at: 'end' } }),
    ]),
  evidence: [kill.evidence({})],
};
