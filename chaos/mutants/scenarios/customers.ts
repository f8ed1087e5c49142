import type { CustomerPlan } from '../mutant-scenario.ts';

/** Those to whom nothing happens: what every honest run needs, so that something is sold, before and after. */
export const BESIDE: readonly CustomerPlan[] = [
  { name: null, clients: ['plain'], role: 'buy' },
  { name: null, clients: ['product'], role: 'after-healing' },
];

/** One whose card is truly bad: of refusals without a cause can only be said that there are none where some have one. */
export const DECLINED: CustomerPlan = { name: null, clients: ['plain'], role: 'decline' };
