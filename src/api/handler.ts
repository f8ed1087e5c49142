import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { parseWebEnv } from '../env.ts';
import { createServices, type Services } from '../services.ts';
import { appRouter } from './app-router.ts';
import type { Context } from './context.ts';
import { CUSTOMER_COOKIE, readCustomerCookie } from './customer-cookie.ts';

/** Next makes a module once a bundle, and this process must have one pool. */
const singleton = globalThis as { checkoutServices?: Services };

export function services(): Services {
  return (singleton.checkoutServices ??= createServices(parseWebEnv(process.env)));
}

/** The composition root of a web node: a request in, a response out. */
export async function handleTrpc(request: Request): Promise<Response> {
  const app = services();
  const env = parseWebEnv(process.env);
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    router: appRouter,
    req: request,
    createContext({ req, resHeaders }): Context {
      return {
        services: app,
        customerId: readCustomerCookie(cookieOf(req, CUSTOMER_COOKIE), env.COOKIE_SECRET),
        idempotencyKey: req.headers.get('idempotency-key'),
        responseHeaders: resHeaders,
      };
    },
    onError({ error, path, type }) {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        app.log.error({ procedure: path, type, error: error.message, stack: error.stack }, 'procedure failed');
    },
  });
  response.headers.set('Cache-Control', 'private, no-store');
  return response;
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
