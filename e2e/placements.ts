import type { BrowserContext, Request } from 'playwright/test';

/** One request for `checkout.placeOrder` as the browser sent it. */
export interface Placement {
  readonly key: string;
  readonly attempt: number;
  readonly reason: string | null;
  ended: 'not yet' | 'answered' | 'failed';
  status: number | null;
  replayed: boolean;
}

const PLACE_ORDER = '/api/trpc/checkout.placeOrder';

/** For `page.route`. */
export const PLACE_ORDER_REQUESTS = `**${PLACE_ORDER}*`;

/** The payments that the pages of a context have sent, in order: evidence of what a fault hit. */
export function recordPlacements(context: BrowserContext, into: Placement[] = []): Placement[] {
  const known = new Map<Request, Placement>();
  context.on('request', (request) => {
    if (new URL(request.url()).pathname !== PLACE_ORDER) return;
    const headers = request.headers();
    const placement: Placement = {
      key: headers['idempotency-key'] ?? '',
      attempt: Number(headers['x-attempt']),
      reason: headers['x-retry-reason'] ?? null,
      ended: 'not yet',
      status: null,
      replayed: false,
    };
    known.set(request, placement);
    into.push(placement);
  });
  context.on('response', (response) => {
    const placement = known.get(response.request());
    if (!placement) return;
    placement.status = response.status();
    placement.replayed = response.headers()['idempotent-replayed'] === 'true';
  });
  context.on('requestfinished', (request) => {
    const placement = known.get(request);
    if (placement) placement.ended = 'answered';
  });
  context.on('requestfailed', (request) => {
    const placement = known.get(request);
    if (placement) placement.ended = 'failed';
  });
  return into;
}

export function keysOf(placements: readonly Placement[]): string[] {
  return [...new Set(placements.map(({ key }) => key))];
}
