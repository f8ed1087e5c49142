import { failpointHold, pause, planned, restocked } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

const SKU = 'CHAOS-SOON';

/** Two clicks: the first finds no stock, and before it is told so some comes in; then the second gets to its node. */
export const refusedThenInStock: MutantScenario = {
  name: 'refused-then-in-stock',
  title: 'one of two clicks is refused for want of stock, and the other finds some before the first is told',
  topology: { webNodes: 2, workers: 1, failpoints: true },
  scarce: { sku: SKU, stock: 0 },
  customers: [
    { name: 'twice', clients: ['plain'], role: 'double-submit', node: 1, wantsScarce: true },
    ...BESIDE,
  ],
  faults: (of) =>
    of('twice').flatMap(({ nonce: intent, customer }) => [
      planned(
        pause,
        'paused',
        'web-2',
        {},
        { trigger: { at: 'arrived', intent, attempt: 1 }, heal: { at: 'on', fault: 'restocked' } },
      ),
      planned(
        failpointHold,
        'held',
        customer,
        { intent, point: 'before_answer', step: null },
        { trigger: { at: 'arrived', intent, attempt: 1 }, heal: { at: 'paid', intent } },
      ),
      planned(
        restocked,
        'restocked',
        'postgres',
        { sku: SKU, count: 5 },
        {
          trigger: {
            at: 'all',
            of: [
              { at: 'on', fault: 'held' },
              { at: 'on', fault: 'paused' },
            ],
          },
          heal: { at: 'end' },
        },
      ),
    ]),
  evidence: [failpointHold.evidence({ intent: '', point: 'before_answer', step: null })],
};
