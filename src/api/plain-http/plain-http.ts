import { callTRPCProcedure, getTRPCErrorFromUnknown, TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { jsonSchemaOf } from '../json-schema.ts';
import { problemOfError } from '../problem.ts';
import { proceduresOf, type Procedure } from '../procedures.ts';
import { contextOf, type ServingNode } from '../request-context.ts';
import { announceEnd } from './announce-end.ts';
import { PLAIN_HTTP } from './path.ts';
import { inputOf, parametersOf, type QueryParameter } from './query-parameters.ts';

type OnError = (failure: { error: TRPCError; path?: string; type: string }) => void;

/** A procedure, and how its input comes: as parameters of a query, or as the body of a mutation. */
type Offer = Procedure & { readonly parameters: readonly QueryParameter[] | null };

/**
 * Answers calls that are made without tRPC: JSON in, JSON out, `application/problem+json` (RFC 9457) on
 * every error.
 *
 * The call itself goes the way of tRPC's own, with the same context, so a key names the same operation
 * over either. What only HTTP can get wrong is refused first, before anything could have an effect.
 *
 * @throws Error for a query whose input no parameters can express
 */
export function plainHttp(
  router: AnyTRPCRouter,
  node: ServingNode,
  onError: OnError,
): (request: Request) => Promise<Response> {
  const offers = new Map(proceduresOf(router).map((procedure) => [procedure.path, offer(procedure)]));

  return async (request) => {
    const path = new URL(request.url).pathname.slice(PLAIN_HTTP.length + 1);
    const procedure = offers.get(path);
    const headers = new Headers();
    try {
      if (procedure === undefined) throw new TRPCError({ code: 'NOT_FOUND' });
      if (procedure.meta.deprecated) announceEnd(headers, procedure.meta.deprecated);
      const methods = METHODS[procedure.type];
      if (!methods.includes(request.method)) {
        headers.set('Allow', methods.join(', '));
        if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
        throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
      }
      const ctx = contextOf(request, node, { responseHeaders: headers, isBatch: false });
      const input = await readInput(request, procedure);
      const answer: unknown = await callTRPCProcedure({
        router,
        path,
        type: procedure.type,
        ctx,
        getRawInput: () => Promise.resolve(input),
        signal: request.signal,
        batchIndex: 0,
      });
      // An answer under a key is parsed from the text that is stored, and JSON's own text is a fixed point
      // of parsing and writing: what is sent are the stored bytes.
      return send(request, 200, 'application/json', answer ?? null, headers);
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onError({ error, path, type: procedure?.type ?? 'unknown' });
      const problem = problemOfError(error);
      return send(request, problem.status, 'application/problem+json', problem, headers);
    }
  };
}

/** What reads is asked with a safe method, what changes something never. */
const METHODS: Record<Procedure['type'], readonly string[]> = {
  query: ['GET', 'HEAD'],
  mutation: ['POST'],
};

function offer(procedure: Procedure): Offer {
  const { type, input } = procedure;
  if (type === 'mutation') return { ...procedure, parameters: null };
  return { ...procedure, parameters: parametersOf(input && jsonSchemaOf(input, 'input')) };
}

async function readInput(request: Request, { parameters }: Offer): Promise<unknown> {
  if (parameters !== null) return inputOf(parameters, new URL(request.url).searchParams);
  // Browsers send other types to other sites without asking; JSON never.
  const mediaType = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  const body = await request.text();
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

function send(request: Request, status: number, type: string, body: unknown, headers: Headers): Response {
  headers.set('Content-Type', type);
  return new Response(request.method === 'HEAD' ? null : JSON.stringify(body), { status, headers });
}
