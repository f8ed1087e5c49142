/** A bug that idempotency layers had or have. */
export interface Hazard {
  bug: string;
  /** Tests that show it where no scenario can: what it takes is a client, a build or a table of its own. */
  elsewhere?: string;
  /** Its part of the system doesn't exist yet. */
  isLater?: true;
}

/** All of them, by their numbers. Each is shown by a scenario (`hazards` of its declaration), or elsewhere, or can't be yet. */
export const HAZARDS: Readonly<Record<number, Hazard>> = {
  1: { bug: 'no idempotency at all' },
  2: { bug: 'SELECT, then INSERT, no unique key' },
  3: { bug: 'key saved after the charge, in another transaction' },
  4: { bug: 'key marked done before the work' },
  5: { bug: 'claim never expires' },
  6: { bug: 'lease shorter than the handler, no fence' },
  7: { bug: 'a loser or stale holder frees or overwrites the record' },
  8: { bug: 'zero or missing deadline: two run, or stuck for ever' },
  9: { bug: 'key or fingerprint computed after the handler changed its input' },
  10: { bug: 'transient failure stored as final' },
  11: { bug: 'empty answer not recognised as done', elsewhere: 'src/idempotency/testing/engine-contract.ts' },
  12: { bug: 'store down: request hangs for ever, or runs unguarded' },
  13: { bug: 'a waiter executes after waiting, without reading again' },
  14: { bug: 'claim in two commands' },
  15: { bug: 'webhook races the client’s own confirm', isLater: true },
  16: { bug: 'new key for the same intent after reload' },
  17: { bug: 'each retry mints a new key' },
  18: { bug: 'purge races a claim, or purges unsettled records' },
  19: { bug: 'takeover by another payload', elsewhere: 'src/idempotency/testing/engine-contract.ts' },
  20: {
    bug: 'nested guarded calls deadlock or lose the lock',
    elsewhere: 'src/idempotency/testing/hazards-contract.ts',
  },
  21: { bug: 'key not bound to its user', elsewhere: 'src/idempotency/testing/engine-contract.ts' },
  22: { bug: 'store that forgets on crash' },
  23: { bug: 'payload not hashed', elsewhere: 'src/api/plain-http/plain-http.integration.test.ts' },
  24: { bug: 'provider called without a stable key' },
  25: { bug: 'COMMIT error taken for failure' },
  26: { bug: 'replay rebuilt from current state, not stored' },
  27: { bug: 'message published before commit, or from memory after it', isLater: true },
  28: { bug: 'message marked sent before it’s sent', isLater: true },
  29: { bug: 'consumer without dedupe', isLater: true },
  30: { bug: 'stock decremented without a condition' },
  31: { bug: 'record forgotten before the retry comes' },
  32: { bug: 'loser of ON CONFLICT reports success without seeing the winner’s outcome' },
  33: { bug: 'batch shares one key between operations', elsewhere: 'src/client/links/http.test.ts' },
  34: { bug: 'two layers both retry', elsewhere: 'src/client/links/retry.test.ts' },
  35: { bug: 'error page for a payment that went through' },
  36: { bug: 'retries queue at the frozen holder and all run on resume' },
  37: { bug: 'a step that outlives its time limit is run again beside itself' },
  38: { bug: 'a starting process ‘recovers’ work that a live one is doing' },
  39: { bug: 'work of a dead node can only be finished by that same node' },
  40: {
    bug: 'asking for an unknown key’s outcome waits for ever',
    elsewhere: 'src/idempotency/testing/engine-contract.ts',
  },
  41: { bug: '‘not found at the provider’ taken for ‘not charged’' },
  42: { bug: '‘never seen’ taken as final' },
  43: { bug: 'refusal rolled back, then stored in a second transaction' },
  44: { bug: 'claim in a partition after its day was dropped' },
  45: { bug: 'fence is a number without a holder' },
  46: { bug: 'claim and read of the winner in one statement' },
  47: { bug: 'paused holder keeps its transaction open and its key locked' },
  48: { bug: 'ambiguous COMMIT checked by a plain SELECT' },
  49: {
    bug: 'a deployment adds a default to the input',
    elsewhere: 'src/api/rolling-deployment.integration.test.ts',
  },
  50: { bug: 'cookie lost with the first mutation’s answer', elsewhere: 'src/proxy.test.ts' },
  51: { bug: 'timed-out connection returns to the pool with its transaction open' },
  52: { bug: 'COMMIT of an aborted transaction taken for success' },
  53: { bug: 'a response without a valid body taken for success' },
  54: { bug: 'a cached page hands its cookie to others', elsewhere: 'src/proxy.test.ts' },
};
