import { planned, tableLocked } from '../../faults/index.ts';
import type { MutantScenario } from '../mutant-scenario.ts';
import { BESIDE } from './customers.ts';

/** Somebody has the products to themselves for some seconds: prices are being changed. */
export const productLocked: MutantScenario = {
  name: 'product-locked',
  title: 'nobody can write to the products for some seconds, which a purchase doesn’t do',
  topology: { webNodes: 1, workers: 1 },
  customers: [{ name: 'meanwhile', clients: ['plain', 'product'] }, ...BESIDE],
  faults: (of) => [
    planned(
      tableLocked,
      'locked',
      'postgres',
      { table: 'product' },
      {
        trigger: { at: 'arrived', intent: of('meanwhile')[0]?.nonce ?? '', attempt: 1 },
        heal: { at: 'end' },
      },
    ),
  ],
  evidence: [tableLocked.evidence({ table: 'product' })],
};
