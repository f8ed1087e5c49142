import { TRPCError } from '@trpc/server';

/**
 * The same request with a body that ends in an error where it grows too large, so that nobody can make a
 * node hold a gigabyte in its memory. What the sender declares as the length is not believed.
 *
 * Reading the body throws TRPCError PAYLOAD_TOO_LARGE, whoever reads it.
 */
export function boundedRequest(request: Request, maxBytes: number): Request {
  if (request.body === null) return request;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
      controller.enqueue(chunk);
    },
  });
  return new Request(request, { body: request.body.pipeThrough(limit), duplex: 'half' } as RequestInit);
}
