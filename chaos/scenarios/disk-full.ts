import { diskFull, planned } from '../faults/index.ts';
import { after, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const pressAt = () => on('full');

/** No order can be written: nothing may be charged that can't be, and later everything is as it was. */
export const diskFullInSale = shopScenario({
  name: 'disk-full',
  title: 'the disk on which the orders lie is full for some seconds',
  hazards: [10, 12],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'full', pressAt },
    { name: 'full', pressAt },
    { name: 'full', pressAt },
    { name: 'full', pressAt },
    { name: 'full', pressAt, role: 'give-up' },
    { name: 'full', pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: () => [
    planned(diskFull, 'full', 'postgres', { table: 'orders' }, { trigger: ready(1), heal: after(2_500) }),
  ],
  evidence: [diskFull.evidence({ table: 'orders' })],
});
