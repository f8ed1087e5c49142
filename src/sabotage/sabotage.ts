import type { ServiceOptions } from '../services.ts';

/**
 * A bug that is put in on purpose, as parts that go around or in place of the shop's own. Each file says
 * which hazard it is, what it breaks, and which layer below may hide it.
 */
export type Sabotage = Pick<ServiceOptions, 'connection' | 'store' | 'engine' | 'payments'>;
