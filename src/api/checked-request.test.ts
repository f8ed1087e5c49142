import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { checkedRequest } from './checked-request.ts';

const limits = { maxBodyBytes: 1_000, maxJsonDepth: 4 };

const post = (body: BodyInit, contentType = 'application/json') =>
  new Request('http://shop/', {
    method: 'POST',
    body,
    headers: { 'content-type': contentType },
    duplex: 'half',
  } as RequestInit);
const read = (body: BodyInit, contentType?: string) =>
  checkedRequest(post(body, contentType), limits)
    .text()
    .catch((error: unknown) => error);

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
  expect(await read('x'.repeat(1_000))).toBe('x'.repeat(1_000));
});

test('one byte more is too large, counted in bytes', async () => {
  const error = await read('é'.repeat(500) + 'x');
  expect(error).toBeInstanceOf(TRPCError);
  expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

test('a body without end is not read to its end', async () => {
  const { body, taken } = endless();
  await expect(checkedRequest(post(body), limits).json()).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  expect(taken()).toBeLessThanOrEqual(2);
});

test.each<[string, BodyInit, string]>([
  ['too deep', '[[[[[]]]]]', 'The body is nested more than 4 levels deep.'],
  ['not UTF-8', Buffer.from('"CRUCHE-ÉTÉ"', 'latin1'), 'The body is not UTF-8.'],
])('JSON that is %s is refused, in a sentence', async (_, body, sentence) => {
  expect(await read(body)).toMatchObject({ code: 'BAD_REQUEST', cause: { message: sentence } });
});

test('what isn’t JSON is left to who asked for it, whatever its sender called it', async () => {
  expect(await read('{"sku":')).toBe('{"sku":');
  expect(await read('[[[[[]]]]]', 'text/plain')).toBe('[[[[[]]]]]');
  expect(await read('')).toBe('');
});

test('a request without a body stays what it is', () => {
  const request = new Request('http://shop/');
  expect(checkedRequest(request, limits)).toBe(request);
});
