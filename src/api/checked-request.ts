import { TRPCError } from '@trpc/server';
import { assertFitJson, UnfitBody } from './fit-json.ts';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxJsonDepth: number;
}

/**
 * The same request with a body that ends in an error where it grows too large, so that nobody can make a
 * node hold a gigabyte in its memory, and where it is JSON that doesn't say what its sender wrote. What the
 * sender declares as the length is not believed.
 *
 * Reading the body throws TRPCError PAYLOAD_TOO_LARGE or BAD_REQUEST, whoever reads it: so both transports
 * answer it as they answer all else, and before anything could have an effect.
 */
export function checkedRequest(request: Request, limits: BodyLimits): Request {
  if (request.body === null) return request;
  const isJson = request.headers.get('content-type')?.toLowerCase().startsWith('application/json') === true;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const checked = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk) {
      bytes += chunk.byteLength;
      if (bytes > limits.maxBodyBytes) throw new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
      chunks.push(chunk);
    },
    flush(controller) {
      const body = Buffer.concat(chunks);
      if (isJson) assertFitBody(body, limits.maxJsonDepth);
      controller.enqueue(body);
    },
  });
  return new Request(request, { body: request.body.pipeThrough(checked), duplex: 'half' } as RequestInit);
}

/** What isn't JSON at all is left to whoever wanted it to be. @throws TRPCError */
function assertFitBody(body: Uint8Array, maxDepth: number): void {
  try {
    assertFitJson(JSON.parse(textOf(body)), maxDepth);
  } catch (cause) {
    if (cause instanceof UnfitBody) throw new TRPCError({ code: 'BAD_REQUEST', cause });
  }
}

/** JSON is UTF-8. Bytes that are not would else become other characters without a word. */
function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new UnfitBody('The body is not UTF-8.', { cause });
  }
}
