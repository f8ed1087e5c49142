import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeKey } from '../idempotency/testing/index.ts';
import { limits } from '../limits.ts';
import type { Handler } from './handler.ts';
import { startTestShop, TestCustomer, type PreparedCheckout, type TestShop } from './testing/test-shop.ts';

let shop: TestShop;
let node: Handler;
let customer: TestCustomer;
let checkout: PreparedCheckout;
let admin: ReturnType<TestShop['services']>;
let providerRequests: number;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  admin = shop.services();
  customer = new TestCustomer();
  checkout = await customer.checkOut(node);
});
beforeEach(async () => {
  providerRequests = await shop.providerRequests();
});
afterAll(() => shop[Symbol.asyncDispose]());

const PLACE_ORDER = 'checkout.placeOrder';
const input = (changes: object = {}) => {
  const { checkoutId, version } = checkout;
  return { checkoutId, version, paymentMethod: 'pm_card_visa', ...changes };
};

/** Whatever comes in: no order, no record of a key, and the payment provider heard nothing. */
async function nothingHappened(): Promise<void> {
  expect((await customer.query(node, 'orders.list')).data).toEqual([]);
  expect(await recordsOf(customer)).toBe(0);
  expect(await shop.providerRequests()).toBe(providerRequests);
}

const recordsOf = ({ customerId }: TestCustomer) =>
  admin.database.idempotencyRecord.count({ where: { scope: customerId } });

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

describe('keys that were used', () => {
  /** Somebody who has bought, and what that left. */
  async function someoneElse() {
    const owner = new TestCustomer();
    const bought = await owner.checkOut(node);
    const key = makeKey();
    const card = `pm_card_visa_k${key.replaceAll('-', '')}`;
    const first = await owner.placeOrder(node, bought, card, key);
    expect(first.status).toBe(200);
    const unharmed = async () => {
      expect((await owner.placeOrder(node, bought, card, key)).text).toBe(first.text);
      expect((await owner.query(node, 'orders.list')).data).toHaveLength(1);
      expect(await shop.charges(card)).toHaveLength(1);
    };
    return { owner, bought, key, card, unharmed };
  }

  test('reused with other content', async () => {
    const { owner, bought, key, unharmed } = await someoneElse();
    const requests = await shop.providerRequests();
    const answer = await owner.placeOrder(node, bought, 'pm_card_mastercard', key);
    expect(answer).toMatchObject({
      status: 422,
      error: { code: 'IDEMPOTENCY_KEY_REUSED', definite: true, retryable: false },
    });
    expect(await recordsOf(owner)).toBe(1);
    expect(await shop.providerRequests()).toBe(requests);
    await unharmed();
  });

  test('hazard 21: someone else’s', async () => {
    const { owner, bought, key, card, unharmed } = await someoneElse();
    const stranger = new TestCustomer();
    const requests = await shop.providerRequests();
    const ask = { procedure: PLACE_ORDER, key };
    expect((await stranger.query(node, 'operations.outcome', ask)).data).toMatchObject({
      state: 'not_seen',
      result: null,
      operationId: null,
    });
    const answer = await stranger.placeOrder(node, bought, card, key);
    expect(answer).toMatchObject({ status: 404, error: { code: 'CHECKOUT_NOT_FOUND', definite: true } });
    // Nor does closing it close more than the stranger's own, which nobody used.
    await stranger.mutate(node, 'operations.close', ask);
    expect((await stranger.query(node, 'orders.list')).data).toEqual([]);
    expect(await shop.providerRequests()).toBe(requests);
    expect(await recordsOf(owner)).toBe(1);
    await unharmed();
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

  const withField = (field: string) =>
    `{"checkoutId":"c","version":1,"paymentMethod":"pm_card_visa",${field}}`;
  test.each([
    ['a prototype', withField('"__proto__":{"isAdmin":true}'), 'uses the name __proto__'],
    ['a constructor', withField('"address":{"constructor":{"prototype":1}}'), 'uses the name constructor'],
    ['a lone surrogate', withField('"note":"\\ud800"'), 'not valid Unicode'],
    ['1e400', withField('"tip":1e400'), 'too large to be exact'],
    ['2^53 + 1', withField('"version":9007199254740993'), 'too large to be exact'],
    ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 'nested more than'],
  ])('that don’t say what they seem to: %s', async (_, body, sentence) => {
    const byTrpc = await customer.post(node, PLACE_ORDER, body, keyed());
    const byHttp = await customer.plain(node, PLACE_ORDER, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...keyed() },
    });
    for (const answer of [byTrpc.error, byHttp.body])
      expect(answer).toMatchObject({
        status: 400,
        code: 'BAD_INPUT',
        definite: true,
        retryable: false,
        detail: expect.stringContaining(sentence) as string,
      });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    await nothingHappened();
  });

  test('text that Postgres can’t store', async () => {
    const answer = await customer.mutate(node, 'cart.setLine', { sku: 'MUG\u0000', quantity: 1 });
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
