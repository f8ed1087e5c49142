import type { Operation, TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { AttemptNotSent, AttemptPending, OutcomeUnknownToClient } from '../attempt-errors.ts';
import type { AttemptStore } from '../attempt-store.ts';
import type { Emit } from '../client-event.ts';
import { judge } from '../judgement.ts';
import type { KeyedProcedures } from '../keyed-procedure.ts';
import { contextOf, withContext } from '../operation-context.ts';
import { asJson, hasInput } from '../pending-attempt.ts';
import type { AttemptSlot, PendingAttempt } from '../pending-attempt.ts';
import type { RetryReason } from '../retry-reason.ts';
import type { ServerClock } from '../server-clock.ts';
import { asyncLink } from './async-link.ts';
import type { AbortableOperation, Envelope, Send } from './async-link.ts';

export interface AttemptsOptions {
  readonly customer: string;
  readonly store: AttemptStore;
  readonly procedures: KeyedProcedures;
  readonly serverClock: ServerClock;
  /** Mints a key for the server's time. */
  readonly mint: (serverNowMs: number) => string;
  readonly emit: Emit;
}

/**
 * Gives a call its pending attempt: joins the one that is stored for the same intent, or mints a key and stores
 * a new one, before anything is sent. Clears it only after a definite answer.
 *
 * What it throws is one of four: a definite refusal as tRPC's own error, {@link OutcomeUnknownToClient},
 * {@link AttemptPending} or {@link AttemptNotSent}.
 */
export function attempts({
  customer,
  store,
  procedures,
  serverClock,
  mint,
  emit,
}: AttemptsOptions): TRPCLink<AnyTRPCRouter> {
  return asyncLink(async (op, send) => {
    const { attempt, begunBefore } = await attemptFor(op);
    return perform(attempt, begunBefore ? 'resumed' : null, op, send);
  });

  async function attemptFor(op: Operation): Promise<{ attempt: PendingAttempt; begunBefore: boolean }> {
    try {
      const { resume } = contextOf(op);
      const attempt = resume === undefined ? await claim(op) : latestOf(resume, op);
      return { attempt, begunBefore: resume !== undefined || attempt.attempts > 0 };
    } catch (error) {
      if (error instanceof AttemptPending) throw error;
      // A store that took nothing is one reason. Sent all the same, the call would be sent again under another
      // key after a reload.
      throw new AttemptNotSent(`${op.path} could not be begun`, error);
    }
  }

  /** Joins the attempt that is stored for the call's intent, or stores a new one. */
  async function claim(op: Operation): Promise<PendingAttempt> {
    const procedure = procedures[op.path];
    if (op.type !== 'mutation' || procedure === undefined)
      throw new Error(`Not a keyed mutation: ${op.path}`);
    const slot = { customer, procedure: op.path, intent: procedure.intentOf(op.input) };
    return store.exclusively(slot, () => {
      const held = store.read(slot);
      if (held !== null && !hasInput(held, op.input)) throw new AttemptPending(held);
      return held ?? begin(slot, asJson(op.input));
    });
  }

  function latestOf(resume: PendingAttempt, op: Operation): PendingAttempt {
    if (resume.procedure !== op.path)
      throw new Error(`An attempt of ${resume.procedure} is not one of ${op.path}`);
    return heldOf(resume) ?? resume;
  }

  function begin({ customer, procedure, intent }: AttemptSlot, input: unknown): PendingAttempt {
    const createdAtMs = serverClock.now();
    const key = mint(createdAtMs);
    const attempt = { customer, procedure, intent, key, input, createdAtMs, attempts: 0, operationId: null };
    store.write(attempt);
    return attempt;
  }

  /** The attempt as it is stored now; null when another tab has settled it meanwhile. */
  function heldOf(attempt: PendingAttempt): PendingAttempt | null {
    const held = store.read(attempt);
    return held?.key === attempt.key ? held : null;
  }

  async function perform(
    attempt: PendingAttempt,
    reason: RetryReason | null,
    op: AbortableOperation,
    send: Send,
    mayReplaceKey = true,
  ): Promise<Envelope> {
    const { procedure, key } = attempt;
    let failure: unknown;
    try {
      const envelope = await send(withContext({ ...op, input: attempt.input }, { pending: attempt, reason }));
      store.remove(attempt);
      emit({ type: 'settled', procedure, key, outcome: 'succeeded' });
      return envelope;
    } catch (error) {
      failure = error;
    }

    const held = heldOf(attempt);
    if (held?.attempts === 0) {
      // Withdrawn before anything left: a reload must not send it after all.
      store.remove(held);
      throw new AttemptNotSent(`${procedure} was given up before it was sent`, failure);
    }
    // Where another tab has settled the attempt, ours wasn't the only request.
    const judgement = judge(failure, held?.attempts ?? Number.POSITIVE_INFINITY);
    switch (judgement) {
      case 'settled':
        store.remove(attempt);
        emit({ type: 'settled', procedure, key, outcome: 'refused' });
        throw failure;
      case 'key-unusable': {
        // Once only: a server that refuses the very time that it has just told would be asked for ever.
        if (!mayReplaceKey) throw leftUnknown(held ?? attempt, failure);
        const fresh = begin(attempt, attempt.input);
        emit({ type: 'key-replaced', procedure, key, newKey: fresh.key });
        return perform(fresh, reason, op, send, false);
      }
      case 'unknown':
        throw leftUnknown(held ?? attempt, failure);
      default:
        judgement satisfies never;
        throw new Error('Bug! A judgement that nobody acts on');
    }
  }

  function leftUnknown(attempt: PendingAttempt, cause: unknown): OutcomeUnknownToClient {
    const { procedure, key, operationId } = attempt;
    emit({ type: 'left-unknown', procedure, key, operationId });
    return new OutcomeUnknownToClient(attempt, cause);
  }
}
