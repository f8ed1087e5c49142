import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { boundedRequest } from './bounded-request.ts';

const post = (body: BodyInit) =>
  new Request('http://shop/', { method: 'POST', body, duplex: 'half' } as RequestInit);

/** Megabytes without end; says how many were taken. */
function endless(): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken += 1;
        controller.enqueue(new Uint8Array(1_000_000));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken: () => taken };
}

test('a body within the limit is read as it was sent', async () => {
  expect(await boundedRequest(post('x'.repeat(1_000)), 1_000).text()).toBe('x'.repeat(1_000));
});

test('one byte more is too large, counted in bytes', async () => {
  const error: unknown = await boundedRequest(post('é'.repeat(501)), 1_001)
    .text()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TRPCError);
  expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

test('a body without end is not read to its end', async () => {
  const { body, taken } = endless();
  await expect(boundedRequest(post(body), 10).json()).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(taken()).toBeLessThanOrEqual(2);
});

test('a request without a body stays what it is', () => {
  const request = new Request('http://shop/');
  expect(boundedRequest(request, 10)).toBe(request);
});
