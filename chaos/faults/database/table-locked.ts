import { z } from 'zod';
import { Observer } from '../../topology/observer.ts';
import type { Fault } from '../fault.ts';

const TABLES = ['product', 'orders', 'stock', 'checkout', 'idempotency_record', 'outbox_message'] as const;
const params = z.strictObject({ table: z.enum(TABLES) });

/** Waiting for those who are writing: they end within the shop's own limits. */
const LOCK_LIMIT_MS = 9_000;
const TRY_LIMIT_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Nobody can write to a table, as while a migration adds an index to it. Reads go on: the harness itself
 * must see.
 */
export const tableLocked: Fault<z.infer<typeof params>> = {
  name: 'table-locked',
  family: 'database',
  label: 'table locked',
  params,
  targets: () => ['postgres'],
  draw: (random) => ({ table: random.pick(TABLES) }),
  describe: ({ table }) => `nobody can write to ${table}`,
  evidence: () => 'writes-were-locked-out',
  async inject({ database: { adminUrl } }, { params: { table } }) {
    const holder = await Observer.connect({ adminUrl, name: 'locker', statementLimitMs: LOCK_LIMIT_MS });
    await holder.run(`BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE`);
    return {
      async felt() {
        const settings = `-c lock_timeout=${TRY_LIMIT_MS}`;
        await using other = await Observer.connect({ adminUrl, name: 'locked-out', settings });
        try {
          await other.run(`BEGIN; LOCK TABLE ${table} IN ROW EXCLUSIVE MODE; ROLLBACK`);
          return false;
        } catch (error) {
          return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
        }
      },
      // The lock is its session's.
      heal: () => holder[Symbol.asyncDispose](),
    };
  },
};
