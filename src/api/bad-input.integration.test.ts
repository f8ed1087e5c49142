import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import { limits } from '../limits.ts';
import type { Handler } from './handler.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';

let shop: TestShop;
let node: Handler;
let customer: TestCustomer;
let checkout: PreparedCheckout;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  customer = new TestCustomer();
  checkout = await customer.checkOut(node);
});
afterAll(() => shop[Symbol.asyncDispose]());

const PLACE_ORDER = 'checkout.placeOrder';
const input = (changes: object = {}) => {
  const { checkoutId, version } = checkout;
  return { checkoutId, version, paymentMethod: 'pm_card_visa', ...changes };
};

/** Whatever comes in, nothing was ordered, and the answer is a problem that says what to do. */
async function nothingHappened(): Promise<void> {
  expect((await customer.query(node, 'orders.list')).data).toEqual([]);
}

describe('keys', () => {
  const minute = 60_000;
  test.each<[string, Record<string, string>, number, string]>([
    ['missing', {}, 400, 'IDEMPOTENCY_KEY_MISSING'],
    ['empty', { 'idempotency-key': '' }, 400, 'IDEMPOTENCY_KEY_MISSING'],
    ['of 10,000 characters', { 'idempotency-key': 'k'.repeat(10_000) }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['no UUID', { 'idempotency-key': 'my-key' }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['the text "undefined"', { 'idempotency-key': 'undefined' }, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    [
      'a UUID of another version',
      { 'idempotency-key': crypto.randomUUID() },
      400,
      'IDEMPOTENCY_KEY_MALFORMED',
    ],
    [
      'two in one header',
      { 'idempotency-key': `${makeKey()}, ${makeKey()}` },
      400,
      'IDEMPOTENCY_KEY_MALFORMED',
    ],
    [
      'expired',
      { 'idempotency-key': makeKey(Date.now() - limits.keys.windowBackMs - minute) },
      422,
      'IDEMPOTENCY_KEY_EXPIRED',
    ],
    [
      'from the future',
      { 'idempotency-key': makeKey(Date.now() + limits.keys.windowAheadMs + minute) },
      422,
      'IDEMPOTENCY_KEY_FROM_THE_FUTURE',
    ],
    ['older than any clock', { 'idempotency-key': makeKey(0) }, 422, 'IDEMPOTENCY_KEY_EXPIRED'],
  ])('%s', async (_, headers, status, code) => {
    const answer = await customer.mutate(node, PLACE_ORDER, input(), headers);
    expect(answer).toMatchObject({ status, error: { code, detail: expect.any(String) as string } });
    // A refusal about the caller's clock tells the server's.
    expect('serverTime' in (answer.error ?? {})).toBe(status === 422);
    await nothingHappened();
  });
});

describe('bodies', () => {
  const keyed = () => ({ 'idempotency-key': makeKey() });
  test.each<[string, string]>([
    ['no JSON', '{"checkoutId":'],
    ['empty', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['no fields', '{}'],
    ['a wrong type', JSON.stringify({ checkoutId: 7, version: '1', paymentMethod: null })],
    [
      'a card number for a token',
      JSON.stringify({ checkoutId: 'c', version: 1, paymentMethod: '4242424242424242' }),
    ],
    [
      'a version beyond any',
      JSON.stringify({ checkoutId: 'c', version: 1e300, paymentMethod: 'pm_card_visa' }),
    ],
    ['a version that is no integer', '{"checkoutId":"c","version":1.5,"paymentMethod":"pm_card_visa"}'],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    [
      'a field of ten kilobytes',
      JSON.stringify({ checkoutId: 'x'.repeat(10_000), version: 1, paymentMethod: 'pm_card_visa' }),
    ],
  ])('%s', async (_, body) => {
    const answer = await customer.post(node, PLACE_ORDER, body, keyed());
    expect(answer).toMatchObject({
      status: 400,
      error: { code: 'BAD_INPUT', definite: true, retryable: false },
    });
    await nothingHappened();
  });

  test('a megabyte', async () => {
    const body = JSON.stringify({
      checkoutId: 'x'.repeat(1_000_000),
      version: 1,
      paymentMethod: 'pm_card_visa',
    });
    const answer = await customer.post(node, PLACE_ORDER, body, keyed());
    expect(answer).toMatchObject({
      status: 413,
      error: { code: 'PAYLOAD_TOO_LARGE', definite: true, retryable: false },
    });
    await nothingHappened();
  });

  test('prototype keys change nothing', async () => {
    const body = `{"checkoutId":"c","version":1,"paymentMethod":"pm_card_visa","__proto__":{"isAdmin":true},"constructor":{}}`;
    const answer = await customer.post(node, PLACE_ORDER, body, keyed());
    expect(answer.error?.code).toBe('CHECKOUT_NOT_FOUND');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test.each([
    ['a lone surrogate', '\ud800'],
    ['a zero character', 'MUG\u0000'],
  ])('text that nothing can store: %s', async (_, sku) => {
    const answer = await customer.post(node, 'cart.setLine', JSON.stringify({ sku, quantity: 1 }));
    expect(answer).toMatchObject({ status: 400, error: { code: 'BAD_INPUT' } });
  });
});

describe('callers', () => {
  test('hazard 50: a mutation without the cookie is refused, and sets none', async () => {
    const response = await node(
      new Request('http://shop/api/trpc/cart.setLine', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sku: 'MUG-HARBOUR', quantity: 1 }),
      }),
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('a forged cookie is no cookie', async () => {
    const response = await node(
      new Request('http://shop/api/trpc/orders.list', {
        headers: { cookie: `customer=${customer.customerId}.forged` },
      }),
    );
    expect(response.status).toBe(401);
  });

  test.each(['checkout.open', 'cart.setLine'])(
    'a form of another site, with the customer’s cookie in it, changes nothing: %s',
    async (path) => {
      const form = new FormData();
      form.set('sku', 'MUG-HARBOUR');
      const response = await customer.fetch(node, `/api/trpc/${path}`, {
        method: 'POST',
        body: form,
        headers: { 'sec-fetch-site': 'same-site', origin: 'http://evil.shop' },
      });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        error: { data: { code: 'CROSS_SITE', definite: true } },
      });
    },
  );

  test('an unknown procedure is not found', async () => {
    expect(await customer.query(node, 'no.such')).toMatchObject({
      status: 404,
      error: { code: 'NOT_FOUND' },
    });
  });

  test('hazard 33: a batch can’t share a key between operations', async () => {
    const response = await customer.send(
      node,
      `${PLACE_ORDER},${PLACE_ORDER}?batch=1`,
      JSON.stringify({ 0: input(), 1: input() }),
      {
        'idempotency-key': makeKey(),
      },
    );
    const answers = (await response.json()) as { error: { data: { code: string } } }[];
    expect(answers.map(({ error }) => error.data.code)).toEqual([
      'IDEMPOTENCY_KEY_BATCHED',
      'IDEMPOTENCY_KEY_BATCHED',
    ]);
    await nothingHappened();
  });
});
