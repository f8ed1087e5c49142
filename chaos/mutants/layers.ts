import type { SabotageId } from '../../src/sabotage/sabotages.ts';

/**
 * What lies beneath the engine, and catches some of what a broken one lets through. A mutant that only shows
 * with a layer off is masked by it.
 */
export const LAYERS = {
  /** One living order a checkout, whatever key a request carries. */
  guard: { sql: ['DROP INDEX order_one_live_per_checkout'], seam: [] },
  /** One payment a checkout, and the same key for the same charge, so that the provider knows a repeat. */
  provider: { sql: [], seam: ['charge-without-key'] },
  /** What the database itself asks of a row of stock. */
  checks: {
    sql: [
      'ALTER TABLE stock DROP CONSTRAINT stock_available_check',
      'ALTER TABLE stock DROP CONSTRAINT stock_reserved_check',
      'ALTER TABLE stock DROP CONSTRAINT stock_sold_check',
    ],
    seam: [],
  },
} as const satisfies Record<string, { sql: readonly string[]; seam: readonly SabotageId[] }>;

export type Layer = keyof typeof LAYERS;
