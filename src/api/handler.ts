import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { limits } from '../limits.ts';
import type { Services } from '../services.ts';
import { appRouter } from './app-router.ts';
import { checkedRequest } from './checked-request.ts';
import { PLAIN_HTTP } from './plain-http/path.ts';
import { plainHttp } from './plain-http/plain-http.ts';
import { contextOf, type ServingNode } from './request-context.ts';

export type Handler = (request: Request) => Promise<Response>;

/**
 * The API of one web node: a request in, a response out, by tRPC or by plain HTTP.
 * @param router what is served: another release of the shop, where a rolling deployment is tried
 */
export function createHandler(
  services: Services,
  cookieSecret: string,
  router: AnyTRPCRouter = appRouter,
): Handler {
  const node: ServingNode = { services, cookieSecret };
  const onError = ({ error, path, type }: { error: TRPCError; path?: string | undefined; type: string }) => {
    if (error.code !== 'INTERNAL_SERVER_ERROR') return;
    const { message, stack } = error;
    services.log.error({ procedure: path, type, error: message, stack }, 'procedure failed');
  };

  const answerPlainly = plainHttp(router, node, onError);
  return async (unchecked) => {
    const request = checkedRequest(unchecked, limits.http);
    const response = `${new URL(request.url).pathname}/`.startsWith(`${PLAIN_HTTP}/`)
      ? await answerPlainly(request)
      : await fetchRequestHandler({
          endpoint: '/api/trpc',
          router,
          req: request,
          createContext: ({ req, resHeaders, info }) =>
            contextOf(req, node, { responseHeaders: resHeaders, isBatch: info.isBatchCall }),
          onError,
        });
    response.headers.set('Cache-Control', 'private, no-store');
    return response;
  };
}
