import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { AnswerLost } from '../answer-lost.ts';
import type { KeyedProcedures } from '../keyed-procedure.ts';
import { asyncLink } from './async-link.ts';

/**
 * Lets an answer pass only if its procedure's schema accepts it. A success that lacks what a success must say
 * (the order's id) acknowledges nothing: to the page it is a lost answer.
 */
export function acknowledgement(procedures: KeyedProcedures): TRPCLink<AnyTRPCRouter> {
  return asyncLink(async (op, send) => {
    const envelope = await send(op);
    const data = 'data' in envelope.result ? envelope.result.data : undefined;
    const parsed = procedures[op.path]?.acknowledgement.safeParse(data);
    if (parsed?.success === true) return envelope;
    throw new AnswerLost(`The answer of ${op.path} is no acknowledgement`, {
      reason: 'server_error',
      cause: parsed?.error,
    });
  });
}
