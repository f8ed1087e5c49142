import type { FailpointName } from '../points/failpoint-server.ts';

/** One place in the protocol of a purchase. */
export interface Boundary {
  /** As the hit is called. */
  name: string;
  point: FailpointName;
  step: string | null;
}

const place = (point: FailpointName, step: string | null): Boundary => ({
  name: step === null ? point : `${point}-${step}`,
  point,
  step,
});

/** Those that every purchase passes, in their order: claim and reservation, charge, settlement, answer. */
export const BOUNDARIES: readonly Boundary[] = [
  place('before_transaction', 'reserve'),
  place('entered', 'reserve'),
  place('before_commit', 'reserve'),
  place('after_commit', 'reserve'),
  place('before_remote', 'charge'),
  place('after_remote', 'charge'),
  place('before_transaction', 'settle'),
  place('entered', 'settle'),
  place('before_commit', 'settle'),
  place('after_commit', 'settle'),
  place('before_answer', null),
];

/** Those of an operation that couldn't be finished, and of whoever takes it over. */
export const BOUNDARIES_OF_TAKING_OVER: readonly (Boundary & { by: 'web' | 'worker' })[] = [
  { ...place('before_release', null), by: 'web' },
  { ...place('after_release', null), by: 'web' },
  { ...place('before_take_over', null), by: 'worker' },
  { ...place('after_take_over', null), by: 'worker' },
];
