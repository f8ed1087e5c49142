import { TRPCClientError } from '@trpc/client';
import type { Operation, OperationResultEnvelope, TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import type { Observable } from '@trpc/server/observable';

export type Envelope = OperationResultEnvelope<unknown, TRPCClientError<AnyTRPCRouter>>;
/** Sends an operation through the rest of the chain. */
export type Send = (op: AbortableOperation) => Promise<Envelope>;
export type AbortableOperation = Operation & { signal: AbortSignal };

/**
 * Makes a link of an async function. tRPC's links speak in observables, since a subscription has many answers;
 * ours have one, and `await` in a loop tells a retry better than callbacks do.
 *
 * `work` gets an operation whose signal also aborts when nobody waits for the answer any longer, and a `send`
 * that rejects with the signal's reason the moment it aborts, whatever the rest of the chain is busy with.
 */
export function asyncLink(
  work: (op: AbortableOperation, send: Send) => Promise<Envelope>,
): TRPCLink<AnyTRPCRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const unsubscribed = new AbortController();
        const signal = AbortSignal.any(op.signal ? [op.signal, unsubscribed.signal] : [unsubscribed.signal]);
        const send: Send = (onward) => answerOf(() => next(onward), onward.signal);
        work({ ...op, signal }, send).then(
          (envelope) => {
            observer.next(envelope);
            return observer.complete();
          },
          (error: unknown) => observer.error(TRPCClientError.from(asError(error))),
        );
        return () => unsubscribed.abort();
      });
}

function answerOf(start: () => Observable<Envelope, unknown>, signal: AbortSignal): Promise<Envelope> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const settled = new AbortController();
    const subscription = start().subscribe({
      next(envelope) {
        settled.abort();
        resolve(envelope);
      },
      error(error) {
        settled.abort();
        reject(error);
      },
      complete() {
        reject(new Error('The chain ended without an answer'));
      },
    });
    const abort = () => {
      reject(signal.reason);
      subscription.unsubscribe();
    };
    signal.addEventListener('abort', abort, { once: true, signal: settled.signal });
  });
}

/** An abort's reason may be any value. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
