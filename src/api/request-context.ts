import { TRPCError } from '@trpc/server';
import type { Services } from '../services.ts';
import { readAttempt } from './attempt.ts';
import type { Context } from './context.ts';
import { isCrossSite } from './cross-site.ts';
import { CUSTOMER_COOKIE, readCustomerCookie } from './customer-cookie.ts';
import { keyOfHeader } from './idempotency-key-header.ts';

/** What a web node knows without a request. */
export interface ServingNode {
  readonly services: Services;
  readonly cookieSecret: string;
}

/**
 * The context of one call, whichever transport brought it: who asks, with which key, as which attempt.
 * @throws TRPCError FORBIDDEN for a call that another site made a browser send
 */
export function contextOf(
  request: Request,
  { services, cookieSecret }: ServingNode,
  { responseHeaders, isBatch }: Pick<Context, 'responseHeaders' | 'isBatch'>,
): Context {
  if (isCrossSite(request)) throw new TRPCError({ code: 'FORBIDDEN' });
  return {
    services,
    customerId: readCustomerCookie(cookieOf(request, CUSTOMER_COOKIE), cookieSecret),
    idempotencyKey: keyOfHeader(request.headers.get('idempotency-key')),
    attempt: readAttempt(request.headers),
    isBatch,
    responseHeaders,
  };
}

function cookieOf(request: Request, name: string): string | undefined {
  const prefix = `${name}=`;
  return request.headers
    .get('cookie')
    ?.split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length);
}
