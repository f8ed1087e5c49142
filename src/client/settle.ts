import { z } from 'zod';
import type { AttemptStore } from './attempt-store.ts';
import type { Schema } from './keyed-procedure.ts';
import { refusedBy } from './outcome.ts';
import type { AttemptOutcome, Uncertainty } from './outcome.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import { refusalOf, refusalSchema } from './refusal.ts';

/** What of the open client it takes to ask about a key and to close it. */
export interface OperationsClient {
  readonly operations: {
    readonly outcome: { query(key: OperationKey, options?: { signal?: AbortSignal }): Promise<unknown> };
    readonly close: { mutate(key: OperationKey, options?: { signal?: AbortSignal }): Promise<unknown> };
  };
}

interface OperationKey {
  readonly procedure: string;
  readonly key: string;
}

export interface SettleOptions<Result> {
  readonly store: AttemptStore;
  /** The procedure's own: a result told by 'outcome' must be as good as one that was answered. */
  readonly acknowledgement: Schema<Result>;
  readonly signal?: AbortSignal | undefined;
}

const told = z.looseObject({
  state: z.enum([
    'not_seen',
    'running',
    'outcome_unknown',
    'compensating',
    'stuck',
    'succeeded',
    'failed',
    'void',
    'expired',
  ]),
  definite: z.boolean(),
  operationId: z.string().nullable(),
  result: z.unknown().default(null),
  error: refusalSchema.nullable(),
});

/**
 * Asks the server what became of an attempt, without sending it again. A definite answer also clears it.
 *
 * 'Not seen' is not 'not done': a request may still be on its way. Only {@link closeAttempt} makes sure that none
 * of them will do anything.
 */
export function checkOutcome<Result>(
  client: OperationsClient,
  attempt: PendingAttempt,
  options: SettleOptions<Result>,
): Promise<AttemptOutcome<Result>> {
  return settle((key, request) => client.operations.outcome.query(key, request), attempt, options);
}

/**
 * Closes an attempt's key, so that no copy of it still under way can take effect, and clears it if that is
 * definite. For a customer who wants something else before the first call has an outcome: where the answer is
 * 'closed' or 'refused', the next call gets a new key; 'succeeded' means that the first one went through.
 */
export function closeAttempt<Result>(
  client: OperationsClient,
  attempt: PendingAttempt,
  options: SettleOptions<Result>,
): Promise<AttemptOutcome<Result>> {
  return settle((key, request) => client.operations.close.mutate(key, request), attempt, options);
}

async function settle<Result>(
  ask: (key: OperationKey, request: { signal?: AbortSignal }) => Promise<unknown>,
  attempt: PendingAttempt,
  { store, acknowledgement, signal }: SettleOptions<Result>,
): Promise<AttemptOutcome<Result>> {
  const { procedure, key } = attempt;
  const outcome = await ask({ procedure, key }, signal === undefined ? {} : { signal }).then(
    (answer) => read(answer, attempt, acknowledgement),
    (error: unknown) => unknown(attempt, { refusal: refusalOf(error) }),
  );
  if (outcome.kind !== 'unknown') store.remove(attempt);
  return outcome;
}

function read<Result>(
  answer: unknown,
  attempt: PendingAttempt,
  acknowledgement: Schema<Result>,
): AttemptOutcome<Result> {
  const parsed = told.safeParse(answer);
  if (!parsed.success) return unknown(attempt, {});
  const { state, definite, operationId, result, error } = parsed.data;
  const open = unknown(attempt, { state, operationId: operationId ?? attempt.operationId, refusal: error });
  if (!definite) return open;
  switch (state) {
    case 'succeeded': {
      const acknowledged = acknowledgement.safeParse(result);
      return acknowledged.success ? { kind: 'succeeded', result: acknowledged.data } : open;
    }
    case 'failed':
      return error === null ? open : refusedBy(error);
    case 'void':
      return { kind: 'closed' };
    case 'not_seen':
    case 'running':
    case 'outcome_unknown':
    case 'compensating':
    case 'stuck':
    case 'expired':
      // These can't be definite; a server that says so is not understood.
      return open;
    default:
      return state satisfies never;
  }
}

function unknown(attempt: PendingAttempt, why: Partial<Uncertainty>): AttemptOutcome<never> {
  return {
    kind: 'unknown',
    attempt,
    why: { operationId: attempt.operationId, state: null, refusal: null, ...why },
  };
}
