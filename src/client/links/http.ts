import { httpLink } from '@trpc/client';
import type { Operation, TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { strictFetch } from '../strict-fetch.ts';
import type { Fetch } from '../strict-fetch.ts';
import { contextOf } from '../operation-context.ts';
import type { ServerClock } from '../server-clock.ts';

export interface HttpOptions {
  readonly url: string;
  readonly fetch: Fetch;
  readonly serverClock: ServerClock;
}

/**
 * One operation, one request: in a batch one key would stand for several mutations, and one answer, lost, would
 * be the loss of all.
 */
export function http({ url, fetch, serverClock }: HttpOptions): TRPCLink<AnyTRPCRouter> {
  return httpLink({ url, fetch: strictFetch(fetch, serverClock), headers: ({ op }) => headersOf(op) });
}

/** A header without a value must be absent: tRPC hands `undefined` to fetch, which sends the text "undefined". */
function headersOf(op: Operation): Record<string, string> {
  const { pending, attempt, reason } = contextOf(op);
  const headers: Record<string, string> = {};
  if (pending !== undefined) headers['Idempotency-Key'] = pending.key;
  if (attempt !== undefined) headers['X-Attempt'] = String(attempt);
  if (reason !== undefined && reason !== null) headers['X-Retry-Reason'] = reason;
  return headers;
}
