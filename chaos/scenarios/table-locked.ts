import { planned, tableLocked } from '../faults/index.ts';
import { after, off, on, ready } from './planning.ts';
import { shopScenario } from './scenario.ts';

const TABLES = ['orders', 'idempotency_record', 'stock'] as const;

/** Somebody adds an index: nobody can write, and everybody runs into a lock timeout, in a claim or in a COMMIT. */
export const tableLockedInSale = shopScenario({
  name: 'table-locked',
  title:
    'nobody can write to the orders, then to the records, then to the stock, for longer than a lock is waited for',
  hazards: [8, 12, 25],
  topology: { webNodes: 2, workers: 1 },
  hits: TABLES.flatMap((table) => [
    { name: table, pressAt: () => on(`locked-${table}`) },
    { name: table, pressAt: () => on(`locked-${table}`), role: 'give-up' as const },
  ]),
  pace: 'together',
  faults: () =>
    TABLES.map((table, index) =>
      planned(
        tableLocked,
        `locked-${table}`,
        'postgres',
        { table },
        {
          trigger: index === 0 ? ready(1) : off(`locked-${TABLES[index - 1]}`),
          heal: after(2_600),
        },
      ),
    ),
  evidence: [tableLocked.evidence({ table: 'orders' })],
});
