/**
 * Hazards (by their number in `docs/hazards.ts`) that no scenario can show, because what it takes is a client, a
 * build or a table of its own; and the tests that show them instead. Every other one names itself in the
 * `hazards` of a scenario.
 */
export const ELSEWHERE: Readonly<Record<number, string>> = {
  11: 'src/idempotency/testing/engine-contract.ts',
  19: 'src/idempotency/testing/engine-contract.ts',
  20: 'src/idempotency/testing/hazards-contract.ts',
  21: 'src/idempotency/testing/engine-contract.ts',
  23: 'src/api/plain-http/plain-http.integration.test.ts',
  33: 'src/client/links/http.test.ts',
  34: 'src/client/links/retry.test.ts',
  40: 'src/idempotency/testing/engine-contract.ts',
  50: 'src/proxy.test.ts',
  54: 'src/proxy.test.ts',
};
