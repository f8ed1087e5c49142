import type { PendingAttempt } from './pending-attempt.ts';

/**
 * The call ended without a definite answer: it may have taken effect, or still may. Its attempt stays stored,
 * and only its own key may be sent again.
 */
export class OutcomeUnknownToClient extends Error {
  override readonly name = 'OutcomeUnknownToClient';
  readonly attempt: PendingAttempt;
  readonly key: string;
  readonly operationId: string | null;

  constructor(attempt: PendingAttempt, cause: unknown) {
    super(`The outcome of ${attempt.procedure} is not known`, { cause });
    this.attempt = attempt;
    this.key = attempt.key;
    this.operationId = attempt.operationId;
  }
}

/**
 * Another attempt at the same thing, with other details (another card), has no definite answer yet. Nothing was
 * sent: find out what became of it, or close its key, then try again.
 */
export class AttemptPending extends Error {
  override readonly name = 'AttemptPending';
  readonly attempt: PendingAttempt;

  constructor(attempt: PendingAttempt) {
    super(`An earlier ${attempt.procedure} for the same intent has no definite outcome yet`);
    this.attempt = attempt;
  }
}

/** No request of the attempt left: it couldn't be stored first, or the caller gave up before. */
export class AttemptNotSent extends Error {
  override readonly name = 'AttemptNotSent';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
