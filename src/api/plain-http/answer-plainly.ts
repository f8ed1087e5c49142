import { callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { appRouter } from '../app-router.ts';
import { problemOfError } from '../problem.ts';
import { procedures, type Procedure } from '../procedures.ts';
import { contextOf, type ServingNode } from '../request-context.ts';
import { inputOf, parametersOf, type QueryParameter } from './query-parameters.ts';

/** Where callers without tRPC find every procedure under its name: `POST /api/v1/checkout.placeOrder`. */
export const PLAIN_HTTP = '/api/v1';

type OnError = (failure: { error: TRPCError; path?: string; type: string }) => void;

/**
 * Answers a call that was made without tRPC: JSON in, JSON out, `application/problem+json` (RFC 9457) on
 * every error.
 *
 * The call itself goes the way of tRPC's own, with the same context, so a key names the same operation
 * over either. What only HTTP can get wrong is refused first, before anything could have an effect.
 */
export async function answerPlainly(
  request: Request,
  node: ServingNode,
  onError: OnError,
): Promise<Response> {
  const path = new URL(request.url).pathname.slice(PLAIN_HTTP.length + 1);
  const procedure = procedures.get(path) ?? null;
  const headers = new Headers();
  try {
    if (procedure === null) throw new TRPCError({ code: 'NOT_FOUND' });
    const methods = METHODS[procedure.type];
    if (!methods.includes(request.method)) {
      headers.set('Allow', methods.join(', '));
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
      throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
    }
    const ctx = contextOf(request, node, { responseHeaders: headers, isBatch: false });
    const input = await readInput(request, procedure);
    const answer: unknown = await callTRPCProcedure({
      router: appRouter,
      path,
      type: procedure.type,
      ctx,
      getRawInput: () => Promise.resolve(input),
      signal: request.signal,
      batchIndex: 0,
    });
    // An answer under a key is parsed from the text that is stored, and JSON's own text is a fixed point of
    // parsing and writing: what is sent are the stored bytes.
    return send(request, 200, 'application/json', answer ?? null, headers);
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    onError({ error, path, type: procedure?.type ?? 'unknown' });
    const problem = problemOfError(error);
    return send(request, problem.status, 'application/problem+json', problem, headers);
  }
}

/** What reads is asked with a safe method, what changes something never. */
const METHODS: Record<Procedure['type'], readonly string[]> = {
  query: ['GET', 'HEAD'],
  mutation: ['POST'],
};

/** Made once; a query whose input no parameters can express stops the boot. */
const parameters: ReadonlyMap<string, readonly QueryParameter[]> = new Map(
  [...procedures.values()]
    .filter(({ type }) => type === 'query')
    .map(({ path, input }) => [path, parametersOf(input)]),
);

async function readInput(request: Request, { path, type }: Procedure): Promise<unknown> {
  if (type === 'query') return inputOf(parameters.get(path) ?? [], new URL(request.url).searchParams);
  // Browsers send other types to other sites without asking; JSON never.
  const mediaType = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  const body = await request.arrayBuffer();
  try {
    // JSON is UTF-8. Bytes that are not would else become other characters without a word.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

function send(request: Request, status: number, type: string, body: unknown, headers: Headers): Response {
  headers.set('Content-Type', type);
  return new Response(request.method === 'HEAD' ? null : JSON.stringify(body), { status, headers });
}
