import { IdempotencyError } from './errors.ts';
import type { Problem } from './problem.ts';
import type { IdempotencyRecord } from './record.ts';

/** A settled answer: the stored JSON text itself, for every caller the same bytes. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly text: string }
  /** `text` is a `Problem`. */
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'void' };

export interface Settled {
  readonly operationId: string;
  readonly outcome: Outcome;
  /** False for the one call that executed it. */
  readonly replayed: boolean;
}

export function outcomeOf(record: IdempotencyRecord): Outcome | null {
  switch (record.state) {
    case 'succeeded':
    case 'failed':
      if (record.outcome === null)
        throw new Error(`Bug: ${record.operationId} is settled without an outcome`);
      return { kind: record.state, text: record.outcome };
    case 'void':
      return { kind: 'void' };
    case 'running':
    case 'outcome_unknown':
    case 'compensating':
    case 'stuck':
      return null;
  }
}

/** A stored refusal, on its way to the caller. Its problem is answered as it is. */
export class StoredRefusal extends Error {
  override readonly name = 'StoredRefusal';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/**
 * The value that the caller gets: parsed from the stored text, also for the first caller, so that first
 * answer, joined answer and replay can't differ.
 * @throws StoredRefusal for a stored refusal
 * @throws IdempotencyError OPERATION_CLOSED for a closed key
 */
export function answer(settled: Settled): unknown {
  switch (settled.outcome.kind) {
    case 'succeeded':
      return JSON.parse(settled.outcome.text);
    case 'failed':
      throw new StoredRefusal(JSON.parse(settled.outcome.text) as Problem);
    case 'void':
      throw new IdempotencyError('OPERATION_CLOSED', { operationId: settled.operationId });
  }
}
