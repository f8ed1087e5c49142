import { z } from 'zod';
import { Observer } from '../../topology/observer.ts';
import type { Fault } from '../fault.ts';

const params = z.strictObject({ sku: z.string().min(1), count: z.number().int().positive() });

/** A delivery comes in: a product that was gone is there again. It stays. */
export const restocked: Fault<z.infer<typeof params>> = {
  name: 'restocked',
  family: 'database',
  label: 'restocked',
  params,
  targets: () => ['postgres'],
  draw: (random, { intents }) => ({
    sku: random.pick(intents).lines[0]?.sku ?? '',
    count: random.integer(1, 9),
  }),
  describe: ({ sku, count }) => `${count} more of ${sku} come in`,
  evidence: () => 'restocked',
  async inject({ database: { adminUrl } }, { params: { sku, count } }) {
    await using observer = await Observer.connect({ adminUrl, name: 'restock' });
    // The log of commits tells what a product had before only if something said so: a change to what it is.
    await observer.rows('UPDATE stock SET available = available WHERE sku = $1', [sku]);
    const rows = await observer.rows(
      'UPDATE stock SET initial = initial + $2, available = available + $2 WHERE sku = $1 RETURNING sku',
      [sku, count],
    );
    return { felt: () => Promise.resolve(rows.length === 1), heal: () => Promise.resolve() };
  },
};
