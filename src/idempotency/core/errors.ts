interface ErrorRow {
  readonly status: number;
  /** True: stored under the key, or true for ever. When in doubt, false is always safe. */
  readonly definite: boolean;
  /** Whether the same call with the same key may be sent again. */
  readonly retryable: boolean;
  readonly title: string;
  readonly detail: string;
}

/** Every error that the engine itself answers with. The documentation table is made from it. */
export const errorTable = {
  IDEMPOTENCY_KEY_MISSING: {
    status: 400,
    definite: true,
    retryable: false,
    title: 'Idempotency key missing',
    detail:
      'This call changes something. Send an Idempotency-Key header with a UUIDv7. Nothing was executed.',
  },
  IDEMPOTENCY_KEY_MALFORMED: {
    status: 400,
    definite: true,
    retryable: false,
    title: 'Idempotency key malformed',
    detail: 'The Idempotency-Key header must be a UUIDv7. Nothing was executed.',
  },
  IDEMPOTENCY_KEY_BATCHED: {
    status: 400,
    definite: true,
    retryable: false,
    title: 'Call in a batch',
    detail:
      'A batch has one Idempotency-Key header for several calls. Send this call alone. Nothing was executed.',
  },
  IDEMPOTENCY_INPUT_UNFIT: {
    status: 400,
    definite: true,
    retryable: false,
    title: 'Input has no canonical form',
    detail:
      'The input holds text that is not valid Unicode, so it cannot be told from another. Nothing was executed.',
  },
  IDEMPOTENCY_KEY_EXPIRED: {
    status: 422,
    definite: false,
    retryable: false,
    title: 'Idempotency key expired',
    detail:
      'The key is older than its window. It will not execute now; it may have executed then. Ask for its outcome.',
  },
  IDEMPOTENCY_KEY_FROM_THE_FUTURE: {
    status: 422,
    definite: false,
    retryable: false,
    title: 'Idempotency key from the future',
    detail: 'The key was made later than the server’s time. Correct the clock; this key becomes valid later.',
  },
  OPERATION_NOT_FOUND: {
    status: 404,
    definite: false,
    retryable: false,
    title: 'Not found',
    detail: 'There is no such operation.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    definite: true,
    retryable: false,
    title: 'Idempotency key reused',
    detail: 'The key was used before with other content. This content was not executed.',
  },
  OPERATION_CLOSED: {
    status: 409,
    definite: true,
    retryable: false,
    title: 'Operation closed',
    detail: 'The key was closed before it was used. Nothing was executed, and nothing will be.',
  },
  OPERATION_IN_PROGRESS: {
    status: 409,
    definite: false,
    retryable: true,
    title: 'Operation in progress',
    detail: 'The first call with this key is still being worked on. Send it again with the same key.',
  },
  OUTCOME_UNKNOWN: {
    status: 409,
    definite: false,
    retryable: true,
    title: 'Outcome not known yet',
    detail:
      'The operation was sent on and its answer is missing. It is being found out. Send it again with the same key.',
  },
  BEING_VERIFIED: {
    status: 409,
    definite: false,
    retryable: false,
    title: 'Being verified',
    detail: 'The outcome could not be found out automatically and is being verified. Do not start it anew.',
  },
  OPERATION_OF_NEWER_VERSION: {
    status: 409,
    definite: false,
    retryable: true,
    title: 'Operation of a newer version',
    detail:
      'A newer version of this service settled the operation, and this node can’t read its answer. Send it again with the same key.',
  },
  ANSWER_OF_OLDER_VERSION: {
    status: 409,
    definite: false,
    retryable: false,
    title: 'Answer of an older version',
    detail:
      'The operation was settled under an older version of this service, whose answers are no longer given. Do not start it anew; look at what it made.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    definite: false,
    retryable: true,
    title: 'Temporarily unavailable',
    detail: 'The database cannot be reached, so nothing can be promised. Send it again with the same key.',
  },
  TEMPORARILY_UNAVAILABLE: {
    status: 503,
    definite: false,
    retryable: true,
    title: 'Temporarily unavailable',
    detail:
      'Something that this operation needs did not answer. Send it again with the same key: it goes on where it stopped.',
  },
  INTERNAL: {
    status: 500,
    definite: false,
    retryable: true,
    title: 'Internal error',
    detail: 'Something went wrong before the operation was settled. Send it again with the same key.',
  },
} as const satisfies Record<string, ErrorRow>;

export type IdempotencyErrorCode = keyof typeof errorTable;

/** An answer of the engine that is no stored outcome. */
export class IdempotencyError extends Error {
  override readonly name = 'IdempotencyError';
  readonly code: IdempotencyErrorCode;
  readonly operationId: string | null;
  readonly retryAfterMs: number | null;
  /** The store's clock, where the caller's own may be wrong. */
  readonly serverTime: Date | null;

  constructor(
    code: IdempotencyErrorCode,
    options: {
      operationId?: string | null;
      retryAfterMs?: number | null;
      serverTime?: Date | null;
      cause?: unknown;
    } = {},
  ) {
    super(errorTable[code].detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.operationId = options.operationId ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.serverTime = options.serverTime ?? null;
  }
}

/**
 * A business 'no': out of stock, card declined. It is stored under the key and replayed.
 *
 * Thrown inside a transaction, it undoes that transaction's effects. Returned from it, it keeps them
 * (a decline that releases the stock).
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly title: string;

  constructor(code: string, options: { status: number; title: string; detail: string; cause?: unknown }) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.title = options.title;
  }
}

/** Thrown by a remote step whose request may have had its effect, though no answer says so. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Thrown by a step whose effect surely did not happen and may be tried again: nothing is stored. */
export class TemporarilyUnavailable extends Error {
  override readonly name = 'TemporarilyUnavailable';
}

/** Thrown inside the first transaction: the same intent is already under way under another key. */
export class AlreadyInProgress extends Error {
  override readonly name = 'AlreadyInProgress';
  readonly operationId: string;

  constructor(operationId: string) {
    super(`The same intent is under way as ${operationId}.`);
    this.operationId = operationId;
  }
}
