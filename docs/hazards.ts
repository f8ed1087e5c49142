/** A bug that an idempotency layer had or has. */
export interface Hazard {
  readonly number: number;
  readonly bug: string;
  /** Where it happened: a public tracker, source, or a measurement of ours. */
  readonly seenIn: string;
  /** Why no test has its number, where none can have. */
  readonly instead?: string;
}

/** Instead of a test, where the hazard's part of the shop isn't there yet. */
export const LATER = 'not yet: messages and webhooks come later';

/** For each a test whose name begins with `hazard N:` shows that the bug isn't here. */
export const hazards: readonly Hazard[] = [
  {
    number: 1,
    bug: 'no idempotency at all (the control)',
    seenIn: '',
    instead: 'the harness’ control: each scenario must show duplicates with the protection off',
  },
  { number: 2, bug: 'SELECT, then INSERT, no unique key', seenIn: 'common' },
  {
    number: 3,
    bug: 'key saved after the charge, in another transaction',
    seenIn: 'actor-ts 984, leopardo-hr 6557',
  },
  { number: 4, bug: 'key marked done before the work', seenIn: '' },
  { number: 5, bug: 'claim never expires', seenIn: 'express-idempotency 32 (three days in production)' },
  {
    number: 6,
    bug: 'lease shorter than the handler, no fence',
    seenIn: 'Truxify 5846, powertools-python 8049',
  },
  {
    number: 7,
    bug: 'a loser or stale holder frees or overwrites the record',
    seenIn: 'powertools-typescript 5675, 5714; Truxify 4623; rocket-rides-atomic',
  },
  {
    number: 8,
    bug: 'zero or missing deadline: two run, or stuck for ever',
    seenIn: 'powertools-typescript 5678, powertools-python 4759',
  },
  {
    number: 9,
    bug: 'key or fingerprint computed after the handler changed its input',
    seenIn: 'powertools-typescript 5715',
  },
  {
    number: 10,
    bug: 'transient failure stored as final',
    seenIn: 'node-idempotency PR 36, medusa 12184, 12481',
  },
  {
    number: 11,
    bug: 'empty answer (204, undefined, null) not recognised as done',
    seenIn: 'node-idempotency with Express',
  },
  {
    number: 12,
    bug: 'store down: request hangs for ever, or runs unguarded',
    seenIn: 'node-idempotency, idempot-js 181',
  },
  { number: 13, bug: 'a waiter executes after waiting, without reading again', seenIn: 'Truxify 6898' },
  { number: 14, bug: 'claim in two commands (set, then expire)', seenIn: 'idempot-js 182' },
  {
    number: 15,
    bug: 'webhook races the client’s own confirm',
    seenIn: 'medusa 13301, saleor 12652',
    instead: LATER,
  },
  {
    number: 16,
    bug: 'new key for the same intent after reload',
    seenIn: 'woocommerce-gateway-stripe 4878, ps_checkout 1546, vendure 2620',
  },
  { number: 17, bug: 'each retry mints a new key', seenIn: 'stripe-php 637' },
  {
    number: 18,
    bug: 'purge races a claim, or purges unsettled records',
    seenIn: 'margince 423; rocket-rides-atomic’s reaper',
  },
  { number: 19, bug: 'takeover by another payload', seenIn: 'pharos-watch PR 449' },
  { number: 20, bug: 'nested guarded calls deadlock or lose the lock', seenIn: 'medusa 14804' },
  { number: 21, bug: 'key not bound to its user', seenIn: 'devlink 1195, node-idempotency' },
  {
    number: 22,
    bug: 'store that forgets on crash (unlogged table, memory, `synchronous_commit = off`)',
    seenIn: 'node-idempotency’s Postgres default',
  },
  { number: 23, bug: 'payload not hashed', seenIn: 'DBOS (name only)' },
  { number: 24, bug: 'provider called without a stable key', seenIn: '' },
  { number: 25, bug: 'COMMIT error taken for failure (stock released, or run again blindly)', seenIn: '' },
  { number: 26, bug: 'replay rebuilt from current state, not stored', seenIn: '' },
  { number: 27, bug: 'message published before commit, or from memory after it', seenIn: '', instead: LATER },
  { number: 28, bug: 'message marked sent before it’s sent', seenIn: '', instead: LATER },
  { number: 29, bug: 'consumer without dedupe', seenIn: '', instead: LATER },
  { number: 30, bug: 'stock decremented without a condition', seenIn: '' },
  {
    number: 31,
    bug: 'record forgotten before the retry comes',
    seenIn: 'every system with a plain time to live',
  },
  { number: 32, bug: 'loser of ON CONFLICT reports success without seeing the winner’s outcome', seenIn: '' },
  { number: 33, bug: 'batch shares one key between operations', seenIn: 'tRPC’s httpBatchLink' },
  { number: 34, bug: 'React Query and the link both retry', seenIn: 'trpc 6189' },
  { number: 35, bug: 'error page for a payment that went through', seenIn: 'medusa 7657, ps_checkout 1546' },
  {
    number: 36,
    bug: 'a retry goes to the frozen holder’s own connection and queues there; every queued copy runs on resume',
    seenIn: 'measured: Restate 1.7.12, 7 orders',
  },
  {
    number: 37,
    bug: 'a step that outlives its time limit is run again beside itself, with no crash at all',
    seenIn: 'measured: Restate, 4 effects and no answer',
  },
  {
    number: 38,
    bug: 'a starting process ’recovers’ work that a live one is doing',
    seenIn: 'measured: DBOS 5.3.0 (shared executor id), 2 effects, 5 of 5',
  },
  {
    number: 39,
    bug: 'work of a dead node can only be finished by that same node',
    seenIn: 'measured: DBOS, no answer in 20 s',
  },
  {
    number: 40,
    bug: 'asking for the outcome of an unknown key waits for ever; a duplicate joins by a slow poll',
    seenIn: 'measured: DBOS getResult; 1 s poll',
  },
  {
    number: 41,
    bug: '’not found at the provider’ taken for ’not charged’: settled as failed, then the delayed charge lands',
    seenIn: '',
  },
  {
    number: 42,
    bug: '’never seen’ taken as final: new key made while the first request is still on its way',
    seenIn: '',
  },
  {
    number: 43,
    bug: 'refusal rolled back, then stored in a second transaction',
    seenIn: 'reproduced on Postgres 15',
  },
  {
    number: 44,
    bug: 'claim in a default partition after its day was dropped',
    seenIn: 'reproduced on Postgres 15',
  },
  { number: 45, bug: 'fence is a number without a holder', seenIn: '' },
  {
    number: 46,
    bug: 'claim and read of the winner in one statement: the loser sees neither',
    seenIn: 'reproduced on Postgres 15',
  },
  {
    number: 47,
    bug: 'paused holder keeps its transaction open and its key locked',
    seenIn: 'reproduced on Postgres 15',
  },
  {
    number: 48,
    bug: 'ambiguous COMMIT checked by a plain SELECT that comes before the commit does',
    seenIn: '',
  },
  {
    number: 49,
    bug: 'a deployment adds a default to the input: the same call gets another fingerprint',
    seenIn: '',
  },
  {
    number: 50,
    bug: 'the answer to a visitor’s first mutation is lost with its cookie; the retry is another customer',
    seenIn: '',
  },
  {
    number: 51,
    bug: 'driver returns a timed-out connection to the pool with its transaction open; the next transaction commits both',
    seenIn: 'reproduced: Prisma 7.10 with PrismaPg and `query_timeout`',
  },
  {
    number: 52,
    bug: 'COMMIT of an aborted transaction (answered ROLLBACK) taken for success',
    seenIn: 'reproduced: Prisma 7.10',
  },
  {
    number: 53,
    bug: 'a response without a valid body taken for success',
    seenIn: 'reproduced: tRPC’s httpLink',
  },
  {
    number: 54,
    bug: 'a cached page hands its session cookie to others',
    seenIn: 'reproduced: Next static page with Set-Cookie',
  },
];
