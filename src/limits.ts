/**
 * Every limit of the system, in one table: what waits for what, and for how long.
 *
 * A limit alone says little; the order between them is what keeps a retry from overtaking its own
 * first attempt. `limits.test.ts` holds those inequalities.
 */
export const limits = {
  /** The browser, or any other caller with the keyed client. */
  client: {
    /** One attempt. Longer than the longest honest answer of a web node, so that patience, not luck, ends it. */
    attemptTimeoutMs: 15_000,
    /** Attempts of one press of Pay, the first included. */
    maxAttempts: 8,
    /** All attempts of one press together; after it the customer is told what is known. */
    totalBudgetMs: 60_000,
    backoffBaseMs: 250,
    backoffCapMs: 4_000,
  },
  http: {
    /** The body of one request. Contact and address with every character escaped take about 6 KiB. */
    maxBodyBytes: 64 * 1_024,
    /** Objects and arrays in each other. The deepest input nests two; a batch adds one. */
    maxJsonDepth: 16,
  },
  /** A duplicate waits this long for the first call's outcome before it is told 'in progress'. */
  joinMs: 3_000,
  /** Answers that this process has lately replayed; see `ReplayCache`. Some 10,000 of the checkout's. */
  replayCacheBytes: 16 * 1024 * 1024,
  lease: {
    /** How long after a holder's last sign of life another may take over. Safety rests on the fence, not on this. */
    leaseMs: 5_000,
    /** A holder that works longer than this stops renewing and may be overtaken. */
    renewalDeadlineMs: 30_000,
  },
  database: {
    /** Waiting for a row or index lock; a claim waits this long behind another's open claim. Also covers COMMIT. */
    lockTimeoutMs: 2_000,
    /** One statement, ended by the server. */
    statementTimeoutMs: 3_000,
    /** A session that hangs inside a transaction is ended by the server: it holds a key's lock. */
    idleInTransactionTimeoutMs: 2_000,
    /** One statement, given up by the client: the connection may be cut. Its connection is destroyed, never reused. */
    queryTimeoutMs: 4_000,
    /** Waiting for a connection: pool and connect together. */
    connectionTimeoutMs: 2_000,
    /** The whole interactive transaction, by Prisma's clock. */
    transactionTimeoutMs: 8_000,
    /** Unacknowledged data on the server's side of a connection before the kernel gives it up. */
    tcpUserTimeoutMs: 5_000,
    poolSize: 10,
    /** Connections kept apart for lease renewals, so that a full pool loses no lease. */
    leasePoolSize: 2,
  },
  provider: {
    /** One call to the payment provider. The SDK's own default is 80 s, with two unseen retries. */
    timeoutMs: 6_000,
    /** The SDK must not retry by itself: our attempts are counted and keyed. */
    maxNetworkRetries: 0,
  },
  completer: {
    /** Pause between two looks for operations whose holder died. */
    intervalMs: 500,
    /** Operations that one worker finishes at once: a slow one holds up no more than its own place. */
    capacity: 10,
    /** Longer than a lease can be held (deadline and one lease); who works on after that is fenced off. */
    patienceMs: 35_000,
    /** Takeovers of one operation before it is `stuck` and waits for a person. */
    maxTries: 20,
    backoffBaseMs: 250,
    backoffCapMs: 10_000,
  },
  /** Failed payments are looked at again: a request that was under way may yet charge. */
  lateCharges: {
    /** Pause between two looks for failed payments that are due. */
    intervalMs: 5_000,
    batchSize: 20,
    /** A payment is asked about first after this … */
    minPauseMs: 60_000,
    /** … then each time after as long as it has been failed, up to this: some 40 questions in all. */
    maxPauseMs: 6 * 60 * 60 * 1_000,
    /**
     * Longer than any copy of a confirm can be on its way and still do harm: what we send within a key's
     * window (3 days), plus what the provider remembers of it (a day, then it may take a copy for new).
     */
    horizonMs: 7 * 24 * 60 * 60 * 1_000,
  },
  /** A refund has time, and a provider may be away for hours: it is tried for more than a day before it is `stuck`. */
  refunds: {
    maxTries: 60,
    backoffBaseMs: 500,
    backoffCapMs: 30 * 60 * 1_000,
  },
  audit: {
    /** Events in one INSERT. */
    batchSize: 200,
    /** Events that wait while the database is away: a minute of a busy node. Beyond it the oldest are given up. */
    bufferSize: 20_000,
    /** What a crash can lose of the trail, at most. */
    flushIntervalMs: 500,
    /** Longer than records, which are archived with a count of their day's events. */
    keptMs: 90 * 24 * 60 * 60 * 1_000,
    /** One INSERT after the other. */
    poolSize: 1,
  },
  keys: {
    /** Keys are accepted for three days after they were made … */
    windowBackMs: 72 * 60 * 60 * 1_000,
    /** … and up to five minutes before, for clocks that run ahead. */
    windowAheadMs: 5 * 60 * 1_000,
    /** A checkout's own key is replaced when it gets older than this: whoever is told one has a day to use it. */
    orderKeyRenewalAgeMs: 48 * 60 * 60 * 1_000,
  },
  /** A person waits, and may look through days of records; but not for ever, and never holding up the shop. */
  operator: {
    lockTimeoutMs: 2_000,
    statementTimeoutMs: 60_000,
    queryTimeoutMs: 65_000,
  },
  retention: {
    /** Pause between two rounds, each of which makes the days to come and forgets those that are over. */
    intervalMs: 10 * 60 * 1_000,
    /** Days for which partitions are made in advance. */
    partitionsAheadDays: 7,
    /**
     * How long a day is kept beyond the window of its keys. No claim needs it: the claim's own statement
     * tests the window. But a holder whose COMMIT gave no answer learns its fate from its record, however
     * long it was paused, and whoever asks after an old key is told what became of it rather than
     * 'expired'. And the window is measured by the database's clock: a day is longer than a wrong time
     * zone (14 h) can set that clock back, so that what was forgotten stays outside the window.
     */
    graceMs: 24 * 60 * 60 * 1_000,
    /** The clocks of database and worker must agree this far, or nothing is forgotten. */
    clockToleranceMs: 60 * 60 * 1_000,
    /** A detach waits for every transaction that is open when it begins, so longer than any may take. */
    lockTimeoutMs: 20_000,
    /** Archiving a day reads all of its records. */
    statementTimeoutMs: 10 * 60 * 1_000,
    queryTimeoutMs: 11 * 60 * 1_000,
    /** One statement after the other. */
    poolSize: 1,
  },
} as const;
