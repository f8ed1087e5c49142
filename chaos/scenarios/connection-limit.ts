import { connectionsTaken, planned } from '../faults/index.ts';
import { after, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const pressAt = () => on('taken');

/** The database refuses most connections: a shop that can't write must say so, and execute nothing. */
export const connectionLimit = shopScenario({
  name: 'connection-limit',
  title: 'the database ends the shop’s connections and lets only two of them come back',
  hazards: [10, 12],
  topology: { webNodes: 2, workers: 1 },
  hits: [
    { name: 'denied', pressAt },
    { name: 'denied', pressAt },
    { name: 'denied', pressAt },
    { name: 'denied', pressAt, role: 'give-up' },
  ],
  pace: 'together',
  faults: () => [
    planned(connectionsTaken, 'taken', 'postgres', { left: 2 }, { trigger: ready(1), heal: after(3_000) }),
  ],
  evidence: [connectionsTaken.evidence({ left: 2 })],
});
