import type { CustomerPlan } from '../mutant-scenario.ts';

/** Those to whom nothing happens: what every honest run needs, so that something is sold, before and after. */
export const BESIDE: readonly CustomerPlan[] = [
  { name: null, clients: ['plain'], role: 'buy' },
  { name: null, clients: ['product'], role: 'after-healing' },
];
