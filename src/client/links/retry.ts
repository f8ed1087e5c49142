import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { AnswerLost } from '../answer-lost.ts';
import { nextPauseMs } from '../backoff.ts';
import type { Emit } from '../client-event.ts';
import type { ClientLimits } from '../client-limits.ts';
import { pause, within } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { failureOf } from '../failure.ts';
import { contextOf, withContext } from '../operation-context.ts';
import type { RetryReason } from '../retry-reason.ts';
import { asyncLink } from './async-link.ts';

export interface RetryOptions {
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: Emit;
}

/**
 * Sends the same operation, under the same key, until an answer ends it or the budget is used up; then it passes
 * the last error on.
 *
 * @remarks
 * tRPC's own `retryLink` shows its delay function no error, so it can't obey Retry-After, and it notices an abort
 * only after its pause.
 */
export function retry({ limits, clock, random, emit }: RetryOptions): TRPCLink<AnyTRPCRouter> {
  return asyncLink(async (op, send) => {
    const startedMs = clock.elapsedMs();
    const remainingMs = () => limits.totalBudgetMs - (clock.elapsedMs() - startedMs);
    const { pending, reason: firstReason = null } = contextOf(op);
    let reason: RetryReason | null = firstReason;

    for (let attempts = 1; ; attempts++) {
      op.signal.throwIfAborted();
      const attempt = (pending?.attempts ?? 0) + attempts;
      const mark = { procedure: op.path, key: pending?.key ?? null, attempt };
      const limitMs = Math.min(limits.attemptTimeoutMs, remainingMs());
      const late = () => new AnswerLost(`No answer within ${Math.round(limitMs)} ms`, { reason: 'timeout' });
      const context = { attempt, reason };
      emit({ type: 'attempt-started', ...mark, reason });
      try {
        return await within(clock, limitMs, op.signal, late, (signal) =>
          send(withContext({ ...op, signal }, context)),
        );
      } catch (error) {
        op.signal.throwIfAborted();
        const failure = failureOf(error);
        emit({ type: 'attempt-failed', ...mark, reason: failure.reason, code: failure.code, error });
        const delayMs = nextPauseMs(failure, attempts, remainingMs(), limits, random);
        if (delayMs === null) throw error;
        emit({ type: 'retry-scheduled', ...mark, reason: failure.reason, delayMs });
        await pause(clock, delayMs, op.signal);
        reason = failure.reason;
      }
    }
  });
}
