import { createHash, timingSafeEqual } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { Handler } from './handler.ts';

/**
 * This node's numbers for a Prometheus that knows the token. Without a token configured there is nothing
 * to find: numbers of a shop are nobody's business by default.
 */
export function metricsHandler(registry: Registry, token: string | undefined): Handler {
  return async (request) => {
    const given = request.headers.get('authorization') ?? '';
    if (token === undefined || !equal(given, `Bearer ${token}`))
      return new Response('Not found\n', { status: 404, headers: { 'Cache-Control': 'no-store' } });
    return new Response(await registry.metrics(), {
      headers: { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' },
    });
  };
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
