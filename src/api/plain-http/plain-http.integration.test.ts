import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Problem } from '../../idempotency/index.ts';
import { makeKey } from '../../idempotency/testing/index.ts';
import { limits } from '../../limits.ts';
import type { Order } from '../../shop/answers/order.ts';
import type { Handler } from '../handler.ts';
import {
  startTestShop,
  TestCustomer,
  type PlainAnswer,
  type PreparedCheckout,
  type TestShop,
} from '../testing/test-shop.ts';
import { query, router } from '../trpc.ts';

let shop: TestShop;
let node: Handler;
let otherNode: Handler;
let admin: ReturnType<TestShop['services']>;

beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  otherNode = shop.node();
  admin = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

const PLACE_ORDER = 'checkout.placeOrder';

let tokens = 0;
const token = (card: string) => `pm_card_${card}_p${++tokens}`;
const orders = async (customer: TestCustomer) => (await customer.plain(node, 'orders.list')).body as Order[];

const buy = (
  web: Handler,
  customer: TestCustomer,
  { checkoutId, version }: PreparedCheckout,
  paymentMethod: string,
  key: string,
) =>
  customer.plainPost(
    web,
    PLACE_ORDER,
    { checkoutId, version, paymentMethod },
    {
      'idempotency-key': key,
    },
  );

function expectProblem(answer: PlainAnswer, expected: Partial<Problem>): void {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status: answer.status, ...expected });
  expect(Object.keys(answer.body)).toEqual(
    expect.arrayContaining(['type', 'title', 'status', 'detail', 'code', 'definite', 'retryable']),
  );
}

describe('a caller without tRPC buys', () => {
  test('everything from the cart to the order, each answer the plain JSON of itself', async () => {
    const customer = new TestCustomer();
    const cart = await customer.plainPost(node, 'cart.setLine', { sku: 'MUG-HARBOUR', quantity: 1 });
    expect(cart).toMatchObject({ status: 200, body: { subtotalMinor: 2_800 } });
    expect(cart.headers.get('content-type')).toBe('application/json');
    const opened = await customer.plainPost(node, 'checkout.open', {});
    const { checkoutId } = opened.body as PreparedCheckout;
    const details = {
      checkoutId,
      contact: { email: 'guest@example.com', fullName: 'Ada Guest' },
      address: { line1: '1 Kiln Lane', city: 'Delft', postalCode: '2611', country: 'NL' },
      delivery: 'standard',
    };
    const { version, totalMinor } = (await customer.plainPost(node, 'checkout.setDetails', details))
      .body as PreparedCheckout;
    await customer.plainPost(node, 'checkout.preparePayment', { checkoutId, version });

    const card = token('visa');
    const bought = await buy(node, customer, { checkoutId, version, totalMinor }, card, makeKey());
    expect(bought).toMatchObject({ status: 200, body: { status: 'paid', totalMinor } });
    expect(bought.headers.get('idempotent-replayed')).toBeNull();
    expect(bought.headers.get('x-operation-id')).toBe((bought.body as Order).operationId);
    expect(bought.headers.get('cache-control')).toBe('private, no-store');
    const { orderId } = bought.body as Order;
    expect((await customer.plain(node, `orders.get?orderId=${orderId}`)).body).toMatchObject({
      orderId,
      status: 'paid',
    });
    expect(await shop.charges(card)).toHaveLength(1);
  });

  test('hazard 26: a replay is the stored bytes, by plain HTTP, by tRPC, and in the database', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('visa');
    const key = makeKey();
    const first = await buy(node, customer, checkout, card, key);
    const replays = [
      await buy(otherNode, customer, checkout, card, key),
      await buy(node, customer, checkout, card, key),
    ];
    for (const replay of replays) {
      expect(replay.text).toBe(first.text);
      expect(replay.headers.get('idempotent-replayed')).toBe('true');
      expect(replay.headers.get('x-operation-id')).toBe(first.headers.get('x-operation-id'));
    }
    const [stored] = await admin.database.$queryRaw<{ outcome: string }[]>`
      SELECT outcome FROM idempotency_record WHERE key = ${key}::uuid`;
    expect(first.text).toBe(stored?.outcome);
    const overTrpc = await customer.placeOrder(node, checkout, card, key);
    expect(overTrpc.text).toBe(`{"result":{"data":${first.text}}}`);
    expect(overTrpc.headers.get('idempotent-replayed')).toBe('true');
  });

  test('a call by tRPC, its retry by plain HTTP: one operation', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('visa');
    const key = makeKey();
    const first = await customer.placeOrder(node, checkout, card, key);
    const retry = await buy(otherNode, customer, checkout, card, key);
    expect(retry.headers.get('idempotent-replayed')).toBe('true');
    expect(first.text).toBe(`{"result":{"data":${retry.text}}}`);
    expect(await orders(customer)).toHaveLength(1);
    expect(await shop.charges(card)).toHaveLength(1);
  });

  test('a key in quotes, as the IETF’s draft writes it, and the bare key are one key', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('visa');
    const key = makeKey();
    const quoted = await buy(node, customer, checkout, card, `"${key}"`);
    const bare = await buy(node, customer, checkout, card, key);
    expect(quoted.status).toBe(200);
    expect(bare.text).toBe(quoted.text);
    expect(bare.headers.get('idempotent-replayed')).toBe('true');
  });

  test('10 simultaneous calls with one key on 2 nodes: one order, one charge, equal bytes', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('slow');
    const key = makeKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        buy(index % 2 === 0 ? node : otherNode, customer, checkout, card, key),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await orders(customer)).toHaveLength(1);
    expect(await shop.charges(card)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test('of the business is stored, and replayed byte for byte', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const card = token('chargeDeclined');
    const key = makeKey();
    const declined = await buy(node, customer, checkout, card, key);
    const replayed = await buy(otherNode, customer, checkout, card, key);
    expect(declined.status).toBe(402);
    expectProblem(declined, { code: 'CARD_DECLINED', definite: true, retryable: false });
    expect(replayed.text).toBe(declined.text);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
  });

  test('hazard 23: the same key with other content is refused', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    const key = makeKey();
    await buy(node, customer, checkout, token('visa'), key);
    const other = await buy(node, customer, checkout, token('visa'), key);
    expect(other.status).toBe(422);
    expectProblem(other, { code: 'IDEMPOTENCY_KEY_REUSED', definite: true });
  });

  test('that isn’t definite says when to come back, and the same key then goes on', async () => {
    const customer = new TestCustomer();
    const checkout = await customer.checkOut(node);
    // A port on which nothing listens: surely nothing was charged.
    const cutOff = shop.node({ STRIPE_API_BASE: 'http://127.0.0.1:1' });
    const card = token('visa');
    const key = makeKey();
    const unavailable = await buy(cutOff, customer, checkout, card, key);
    expect(unavailable.status).toBe(503);
    expectProblem(unavailable, { code: 'TEMPORARILY_UNAVAILABLE', definite: false, retryable: true });
    expect(Number(unavailable.headers.get('retry-after'))).toBeGreaterThan(0);
    const bought = await buy(node, customer, checkout, card, key);
    expect(bought.status).toBe(200);
    expect(bought.headers.get('x-operation-id')).toBe(unavailable.headers.get('x-operation-id'));
    expect(await shop.charges(card)).toHaveLength(1);
  });

  test('hazard 21: a key that somebody else used is the caller’s own', async () => {
    const [ada, eve] = [new TestCustomer(), new TestCustomer()];
    const key = makeKey();
    const bought = await buy(node, ada, await ada.checkOut(node), token('visa'), key);
    const stolen = await buy(node, eve, await ada.checkOut(node), token('visa'), key);
    expect(bought.status).toBe(200);
    expectProblem(stolen, { code: 'CHECKOUT_NOT_FOUND' });
    expect(stolen.text).not.toContain((bought.body as Order).orderId);
    expect(await orders(eve)).toEqual([]);
  });
});

/** What only HTTP can get wrong. Whatever it is, nothing was ordered by it. */
describe('a wrong call', () => {
  let customer: TestCustomer;
  let good: object;
  beforeAll(async () => {
    customer = new TestCustomer();
    const { checkoutId, version } = await customer.checkOut(node);
    good = { checkoutId, version, paymentMethod: 'pm_card_visa_wrong' };
  });
  const json = { 'content-type': 'application/json' };
  const nothingHappened = async () => {
    expect(await orders(customer)).toEqual([]);
    expect(await shop.charges('pm_card_visa_wrong')).toEqual([]);
  };

  test('the bare address of the API is a problem too', async () => {
    const answer = await customer.fetch(node, '/api/v1', {});
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('%s doesn’t change anything', async (method) => {
    const answer = await customer.plain(node, PLACE_ORDER, {
      method,
      headers: { 'idempotency-key': makeKey() },
      ...(method !== 'GET' && method !== 'HEAD' && { body: JSON.stringify(good) }),
    });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    if (method !== 'HEAD') expectProblem(answer, { code: 'METHOD_NOT_ALLOWED', definite: true });
    await nothingHappened();
  });

  test('nor is anything read with POST', async () => {
    const answer = await customer.plainPost(node, 'orders.list', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  test('OPTIONS names the methods, and lets no other site in', async () => {
    const answer = await customer.plain(node, PLACE_ORDER, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers.get('allow')).toBe('POST');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    '',
    'nope',
    'checkout',
    'checkout.',
    'checkout.placeOrder/',
    'checkout/placeOrder',
    '__proto__',
    'constructor',
    'toString',
    'checkout.__proto__',
    '%',
  ])('there is nothing at /%s', async (path) => {
    const answer = await customer.plainPost(node, path, good, { 'idempotency-key': makeKey() });
    expect(answer.status).toBe(404);
    expectProblem(answer, { code: 'NOT_FOUND' });
    await nothingHappened();
  });

  test.each<[string, Record<string, string>]>([
    ['no content type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=b' }],
    ['bytes', { 'content-type': 'application/octet-stream' }],
    ['what only mentions JSON', { 'content-type': 'text/plain; application/json' }],
    ['two types', { 'content-type': 'text/plain, application/json' }],
  ])('of another media type: %s', async (_, headers) => {
    const answer = await customer.plain(node, PLACE_ORDER, {
      method: 'POST',
      // As bytes: text would bring a type along.
      body: new TextEncoder().encode(JSON.stringify(good)),
      headers: { 'idempotency-key': makeKey(), ...headers },
    });
    expect(answer.status).toBe(415);
    expectProblem(answer, { code: 'UNSUPPORTED_MEDIA_TYPE', definite: true });
    await nothingHappened();
  });

  test('capitals and a charset make no other media type', async () => {
    const answer = await customer.plainPost(
      node,
      'cart.setLine',
      { sku: 'MUG-HARBOUR', quantity: 1 },
      {
        'content-type': 'Application/JSON; charset=utf-8',
      },
    );
    expect(answer.status).toBe(200);
  });

  test.each<[string, number, BodyInit]>([
    ['larger than any call needs', 413, ' '.repeat(limits.http.maxBodyBytes + 1)],
    ['no JSON', 400, '{"checkoutId":'],
    ['empty', 400, ''],
    ['null', 400, 'null'],
    ['deep nesting', 400, '['.repeat(20_000) + ']'.repeat(20_000)],
    ['of another shape', 400, JSON.stringify({ checkoutId: 7 })],
  ])('with a body that is %s', async (_, status, body) => {
    const answer = await customer.plain(node, PLACE_ORDER, {
      method: 'POST',
      body,
      headers: { ...json, 'idempotency-key': makeKey() },
    });
    expect(answer.status).toBe(status);
    expectProblem(answer, {
      code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_INPUT',
      definite: true,
      retryable: false,
    });
    await nothingHappened();
  });

  test('in Latin-1 is not taken for text with other characters', async () => {
    const answer = await customer.plain(node, 'cart.setLine', {
      method: 'POST',
      body: Buffer.from('{"sku":"CRUCHE-ÉTÉ","quantity":1}', 'latin1'),
      headers: json,
    });
    expect(answer.status).toBe(400);
    expectProblem(answer, { code: 'BAD_INPUT' });
  });

  const minute = 60_000;
  test.each<[string, string | null, number, string]>([
    ['missing', null, 400, 'IDEMPOTENCY_KEY_MISSING'],
    ['empty', '', 400, 'IDEMPOTENCY_KEY_MISSING'],
    ['an empty String', '""', 400, 'IDEMPOTENCY_KEY_MISSING'],
    ['of 10,000 characters', 'k'.repeat(10_000), 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['half quoted', `"${makeKey()}`, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['two', `"${makeKey()}", "${makeKey()}"`, 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['a UUID of another version', crypto.randomUUID(), 400, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['expired', makeKey(Date.now() - limits.keys.windowBackMs - minute), 422, 'IDEMPOTENCY_KEY_EXPIRED'],
    [
      'from the future',
      makeKey(Date.now() + limits.keys.windowAheadMs + minute),
      422,
      'IDEMPOTENCY_KEY_FROM_THE_FUTURE',
    ],
  ])('with a key that is %s', async (_, key, status, code) => {
    const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': key };
    const answer = await customer.plainPost(node, PLACE_ORDER, good, headers);
    expect(answer.status).toBe(status);
    expectProblem(answer, { code });
    await nothingHappened();
  });

  test.each([
    ['a parameter is missing', 'orders.get'],
    ['a parameter is given twice', 'orders.get?orderId=a&orderId=b'],
  ])('of a query in which %s', async (_, path) => {
    const answer = await customer.plain(node, path);
    expect(answer.status).toBe(400);
    expectProblem(answer, { code: 'BAD_INPUT' });
  });

  test('without the cookie gets none, and is refused', async () => {
    const answer = await node(
      new Request(`http://shop/api/v1/${PLACE_ORDER}`, {
        method: 'POST',
        body: JSON.stringify(good),
        headers: { ...json, 'idempotency-key': makeKey() },
      }),
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    await nothingHappened();
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling subdomain', { 'sec-fetch-site': 'same-site' }],
    ['another site, in an older browser', { origin: 'http://evil.example', host: 'shop' }],
  ])('that a page of %s made the browser send', async (_, headers) => {
    const answer = await customer.plainPost(node, PLACE_ORDER, good, {
      'idempotency-key': makeKey(),
      ...headers,
    });
    expect(answer.status).toBe(403);
    expectProblem(answer, { code: 'CROSS_SITE', definite: true });
    await nothingHappened();
  });
});

describe('reading', () => {
  test('a query’s input is its parameters, and its answer is what tRPC answers', async () => {
    const customer = new TestCustomer();
    const plain = await customer.plain(node, 'catalogue.bySku?sku=MUG-HARBOUR&utm_source=x');
    const overTrpc = await customer.query(node, 'catalogue.bySku', { sku: 'MUG-HARBOUR' });
    expect(plain.status).toBe(200);
    expect(plain.body).toEqual(overTrpc.data);
    const unknown = await customer.plain(node, 'catalogue.bySku?sku=NO-SUCH-THING');
    expect(unknown.status).toBe(404);
    expectProblem(unknown, { code: 'NOT_FOUND' });
  });

  test('a procedure on its way out says so with every answer', async () => {
    const deprecated = { since: '2026-12-01', sunset: '2027-06-01', instead: 'Use new.' };
    const leaving = shop.node(
      {},
      router({
        old: query({ summary: 'Says one.', deprecated })
          .output(z.literal(1))
          .query(() => 1 as const),
      }),
    );
    const answer = await new TestCustomer().fetch(leaving, '/api/v1/old', {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('deprecation')).toBe('@1796083200');
    expect(answer.headers.get('sunset')).toBe('Tue, 01 Jun 2027 00:00:00 GMT');
    expect(answer.headers.get('link')).toContain('rel="deprecation"');
    const staying = await new TestCustomer().plain(node, 'catalogue.list');
    expect(staying.headers.get('deprecation')).toBeNull();
  });

  test('HEAD is GET without the body', async () => {
    const customer = new TestCustomer();
    const answer = await customer.plain(node, 'catalogue.list', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  test('hazard 40: what has become of a key is told at once', async () => {
    const customer = new TestCustomer();
    const key = makeKey();
    const unseen = await customer.plain(node, `operations.outcome?procedure=${PLACE_ORDER}&key=${key}`);
    expect(unseen.body).toMatchObject({ state: 'not_seen', definite: false });
    const closed = await customer.plainPost(node, 'operations.close', { procedure: PLACE_ORDER, key });
    expect(closed.body).toMatchObject({ state: 'void', definite: true });
    const late = await buy(node, customer, await customer.checkOut(node), token('visa'), key);
    expect(late.status).toBe(409);
    expectProblem(late, { code: 'OPERATION_CLOSED', definite: true });
  });
});
