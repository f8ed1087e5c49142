import { z } from 'zod';
import { AnswerLost } from './answer-lost.ts';
import type { ServerClock } from './server-clock.ts';

/** `fetch`, or a stand-in that records the wire or keeps cookies where no browser does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const success = z.looseObject({ result: z.looseObject({}), error: z.undefined().optional() });
const refusal = z.looseObject({
  error: z.looseObject({
    code: z.int(),
    message: z.string(),
    data: z.looseObject({ httpStatus: z.int(), serverTime: z.string().optional() }),
  }),
  result: z.undefined().optional(),
});

/**
 * A fetch for tRPC's `httpLink` that resolves only with an answer of our API, complete and at one with its HTTP
 * status: `result` with 200, `error` with the very status that it names. Anything else is an {@link AnswerLost}.
 *
 * `httpLink` alone looks at the body only, so a 500 with a `result` resolves; and it forgets status and
 * Retry-After of a body that isn't JSON.
 */
export function strictFetch(
  fetch: Fetch,
  serverClock: ServerClock,
): (url: unknown, init?: unknown) => Promise<Response> {
  return async (url, init) => {
    const response = await arrival(() =>
      // A followed redirect would carry key and payload to an address that we didn't choose, and turn a POST
      // into a GET on the way. From a cache no answer is news.
      fetch(String(url), { ...(init as RequestInit), redirect: 'error', cache: 'no-store' }),
    );
    serverClock.observeResponse(response.headers);
    const text = await arrival(() => response.text());

    const body = parseJson(response, text);
    const refused = refusal.safeParse(body);
    if (refused.success && refused.data.error.data.httpStatus === response.status && response.status >= 400) {
      const { serverTime } = refused.data.error.data;
      if (serverTime !== undefined) serverClock.observeServerTime(serverTime);
    } else if (response.status !== 200 || !success.safeParse(body).success) {
      throw unintelligible(response, serverClock);
    }
    return new Response(text, response);
  };
}

/** Fetch tells a cut connection from an abort by the error's name only; the retry link knows about aborts itself. */
async function arrival<T>(part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (cause) {
    throw new AnswerLost('The connection ended before the answer did', { reason: 'network', cause });
  }
}

function parseJson(response: Response, text: string): unknown {
  if (response.headers.get('content-type')?.startsWith('application/json') !== true) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unintelligible(response: Response, serverClock: ServerClock): AnswerLost {
  const { status, headers } = response;
  return new AnswerLost(`HTTP ${status} without an answer of the API`, {
    // A 200 that isn't whole was cut on its way: Chromium resolves one with an empty body.
    reason: status === 200 ? 'network' : status === 503 || status === 429 ? 'unavailable' : 'server_error',
    status,
    retryAfterMs: retryAfterMs(headers, serverClock.now()),
    operationId: headers.get('x-operation-id'),
  });
}

/** Retry-After is a number of seconds or a date. @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
