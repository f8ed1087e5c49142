import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Services } from '../services.ts';
import { appRouter } from './app-router.ts';
import { readAttempt } from './attempt.ts';
import type { Context } from './context.ts';
import { CUSTOMER_COOKIE, readCustomerCookie } from './customer-cookie.ts';

export type Handler = (request: Request) => Promise<Response>;

/** The API of one web node: a request in, a response out. */
export function createHandler(services: Services, cookieSecret: string): Handler {
  return async (request) => {
    const response = await fetchRequestHandler({
      endpoint: '/api/trpc',
      router: appRouter,
      req: request,
      createContext({ req, resHeaders, info }): Context {
        return {
          services,
          customerId: readCustomerCookie(cookieOf(req, CUSTOMER_COOKIE), cookieSecret),
          idempotencyKey: req.headers.get('idempotency-key'),
          attempt: readAttempt(req.headers),
          isBatch: info.isBatchCall,
          responseHeaders: resHeaders,
        };
      },
      onError({ error, path, type }) {
        if (error.code === 'INTERNAL_SERVER_ERROR')
          services.log.error(
            { procedure: path, type, error: error.message, stack: error.stack },
            'procedure failed',
          );
      },
    });
    response.headers.set('Cache-Control', 'private, no-store');
    return response;
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
