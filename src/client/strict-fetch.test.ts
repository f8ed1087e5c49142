import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AnswerLost } from './answer-lost.ts';
import { ServerClock } from './server-clock.ts';
import { retryAfterMs, strictFetch } from './strict-fetch.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { ScriptedServer, kill, ok, raw, refuse, truncate } from './testing/scripted-server.ts';
import type { Answer } from './testing/scripted-server.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await ScriptedServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const clock = new ServerClock(new ManualClock());
async function get(answer: Answer): Promise<unknown> {
  server.script(answer);
  return (await strictFetch(fetch, clock)(server.url)).json();
}
const lost = (answer: Answer) =>
  get(answer).then(
    (body) => expect.fail(`resolved with ${JSON.stringify(body)}`),
    (error: unknown) => error as AnswerLost,
  );

const HTML = { 'content-type': 'text/html' };
const RESULT = '{"result":{"data":{"orderId":"order-1","status":"paid"}}}';

describe('hazard 53: what is no whole answer of the API is no answer', () => {
  test.each<[string, Answer, Partial<AnswerLost>]>([
    ['a connection that ends without a byte', kill, { reason: 'network', status: null }],
    ['a body cut in its middle', truncate(RESULT), { reason: 'network' }],
    [
      'JSON cut in its middle, in a whole body',
      raw(200, RESULT.slice(0, 20)),
      { reason: 'network', status: 200 },
    ],
    ['an empty 200', raw(200, ''), { reason: 'network', status: 200 }],
    ['a 200 of JSON null', raw(200, 'null'), { reason: 'network' }],
    ['a 200 with neither result nor error', raw(200, '{}'), { reason: 'network' }],
    ['a 200 with both', raw(200, '{"result":{},"error":{"code":1,"message":""}}'), { reason: 'network' }],
    ['a 500 with a result', raw(500, RESULT), { reason: 'server_error', status: 500 }],
    ['a 201 with a result', raw(201, RESULT), { reason: 'server_error', status: 201 }],
    ['a result that calls itself text', raw(200, RESULT, { 'content-type': 'text/plain' }), {}],
    ["a proxy's page for 503", raw(503, '<h1>503</h1>', HTML), { reason: 'unavailable', status: 503 }],
    ["a proxy's page for 429", raw(429, '<h1>429</h1>', HTML), { reason: 'unavailable' }],
    ["a proxy's page for 404", raw(404, '<h1>404</h1>', HTML), { reason: 'server_error' }],
    ['a redirect', raw(307, '', { location: 'http://127.0.0.1:1/' }), { reason: 'network' }],
    [
      'a refusal under another status than its own',
      raw(200, '{"error":{"code":-32000,"message":"no","data":{"httpStatus":402,"definite":true}}}'),
      {},
    ],
  ])('%s', async (_what, answer, expected) => {
    const error = await lost(answer);
    expect(error).toBeInstanceOf(AnswerLost);
    expect(error).toMatchObject(expected);
  });
});

test('a success and a refusal of the API pass as they are', async () => {
  expect(await get(ok({ orderId: 'order-1' }))).toEqual({ result: { data: { orderId: 'order-1' } } });
  expect(await get(refuse('CARD_DECLINED', 402, { definite: true }))).toMatchObject({
    error: { data: { code: 'CARD_DECLINED' } },
  });
});

test('an error page keeps what its headers say', async () => {
  const headers = { ...HTML, 'retry-after': '7', 'x-operation-id': 'op_1' };
  expect(await lost(raw(503, '<h1>503</h1>', headers))).toMatchObject({
    retryAfterMs: 7_000,
    operationId: 'op_1',
  });
});

test('nothing comes from a cache', async () => {
  const spy = vi.fn(async () => new Response(RESULT, { headers: { 'content-type': 'application/json' } }));
  await strictFetch(spy, clock)('http://shop/');
  expect(spy).toHaveBeenCalledWith('http://shop/', expect.objectContaining({ cache: 'no-store' }));
});

test.each([
  ['3', 3_000],
  [' 0 ', 0],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', null],
  ['', null],
])('Retry-After: %s', (value, expected) => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(expected);
});
