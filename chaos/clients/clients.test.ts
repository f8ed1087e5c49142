import { noQuirks } from './quirks.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Intent } from '../final-state.ts';
import { pairsOf } from '../history/attempts.ts';
import { isOperation } from '../history/event.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { randomStream } from '../random.ts';
import type { RandomStream } from '../random.ts';
import { Habits } from './habits.ts';
import { PageCache } from './page-cache.ts';
import { PlainShopper } from './plain.ts';
import { ProductShopper } from './product.ts';
import type { Shopper, ShopperOptions } from './shopper.ts';

const INTENT: Intent = {
  nonce: 'abc123abc1',
  customer: 'someone',
  client: 'plain',
  planted: [],
  email: 'abc123abc1@chaos.example',
  paymentMethod: 'pm_card_visa_abc123abc1',
};
const OTHER_CARD = 'pm_card_mastercard_abc123abc1';

const ORDER = {
  orderId: 'ord_1',
  reference: 'A1B2-C3D4',
  operationId: 'op_1',
  status: 'paid',
  totalMinor: 3_300,
  currency: 'EUR',
};
const CHECKOUT = {
  checkoutId: 'chk_1',
  version: 2,
  lines: [{ sku: 'A', quantity: 1, unitPriceMinor: 2_800 }],
  totalMinor: 3_300,
  currency: 'EUR',
};

/** How the shop answers one attempt to pay. */
type Answer = (response: ServerResponse) => void;

const success =
  (data: unknown): Answer =>
  (response) =>
    json(response, 200, { result: { data } });
const refusal =
  (status: number, code: string, definite: boolean, headers: Record<string, string> = {}): Answer =>
  (response) => {
    const data = {
      type: 'about:blank',
      title: code,
      status,
      httpStatus: status,
      detail: code,
      code,
      definite,
      retryable: !definite,
      retryAfterMs: 'retry-after' in headers ? Number(headers['retry-after']) * 1_000 : null,
      operationId: null,
    };
    json(response, status, { error: { message: code, code: -32_603, data } }, headers);
  };
const dropped: Answer = (response) => response.socket?.destroy();
const silence: Answer = () => {};
const truncated: Answer = (response) => {
  const body = JSON.stringify({ result: { data: ORDER } });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.write(body.slice(0, 20), () => response.socket?.destroy());
};

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

let server: Server;
let history: HistoryRecorder;
/** Answers to attempts to pay, first to last; the last one stays. */
let script: Answer[];
let sent: { headers: IncomingHttpHeaders; body: string; atMs: number }[];

beforeEach(async () => {
  history = new HistoryRecorder(null);
  script = [success(ORDER)];
  sent = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url ?? '', 'http://shop').pathname;
      if (path === '/') {
        response.setHeader('set-cookie', 'customer=me; HttpOnly; Path=/');
        json(response, 200, {});
      } else if (path === '/api/trpc/checkout.placeOrder') {
        sent.push({
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
          atMs: performance.now(),
        });
        ((script.length > 1 ? script.shift() : script[0]) ?? silence)(response);
      } else success(CHECKOUT)(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function options(): ShopperOptions {
  const { port } = server.address() as AddressInfo;
  // As in a run: begun anew for each call, a stream would draw the same key twice in one millisecond.
  const streams = new Map<string, RandomStream>();
  const random = (purpose: string) => {
    const stream = streams.get(purpose) ?? randomStream('seed', purpose);
    streams.set(purpose, stream);
    return stream;
  };
  return {
    intent: INTENT,
    lines: [{ sku: 'A', quantity: 1 }],
    delivery: 'standard',
    history,
    quirks: noQuirks(),
    route: () => `http://127.0.0.1:${port}`,
    limits: {
      attemptTimeoutMs: 300,
      maxAttempts: 4,
      totalBudgetMs: 5_000,
      backoffBaseMs: 5,
      backoffCapMs: 20,
    },
    habits: new Habits(),
    pageCache: new PageCache(),
    random,
    signal: new AbortController().signal,
  };
}

const clients: [string, (options: ShopperOptions) => Shopper][] = [
  ['plain', (given) => new PlainShopper(given)],
  ['product', (given) => new ProductShopper(given)],
];

describe.each(clients)('the %s client', (_name, make) => {
  async function atTheButton(): Promise<Shopper> {
    const shopper = make(options());
    await shopper.prepare();
    return shopper;
  }

  const ends = () =>
    pairsOf(history.events, 'placeOrder').map(({ completion }) =>
      `${completion?.type} ${completion?.errorClass ?? ''}`.trim(),
    );
  const keys = () => new Set(sent.map(({ headers }) => headers['idempotency-key']));

  test('is told, and the history has it: what was asked, the key, the answer', async () => {
    const shopper = await atTheButton();
    expect(await shopper.pay(INTENT.paymentMethod)).toEqual({ type: 'ok', order: ORDER });
    expect(sent).toMatchObject([{ headers: { cookie: 'customer=me', 'x-attempt': '1' } }]);
    const { checkoutId, version } = CHECKOUT;
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      checkoutId,
      version,
      paymentMethod: INTENT.paymentMethod,
    });
    const [purchase] = pairsOf(history.events, 'purchase');
    const [attempt] = pairsOf(history.events, 'placeOrder');
    expect(purchase?.completion).toMatchObject({ type: 'ok', value: ORDER });
    expect(attempt?.invoke).toMatchObject({
      key: sent[0]?.headers['idempotency-key'],
      attempt: 1,
      call: purchase?.invoke.index,
      value: { ...CHECKOUT, email: INTENT.email, paymentMethod: INTENT.paymentMethod },
    });
    expect(attempt?.completion).toMatchObject({
      type: 'ok',
      value: ORDER,
      response: { httpStatus: 200, replayed: false },
    });
  });

  test('asks again with the same key and bytes, whatever it isn’t told', async () => {
    const shopper = await atTheButton();
    script = [dropped, truncated, silence, success(ORDER)];
    expect(await shopper.pay(INTENT.paymentMethod)).toMatchObject({ type: 'ok' });
    expect(ends()).toEqual(['info network', 'info network', 'info timeout', 'ok']);
    expect(keys().size).toBe(1);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(sent.map(({ headers }) => headers['x-attempt'])).toEqual(['1', '2', '3', '4']);
    expect(sent.map(({ headers }) => headers['x-retry-reason'])).toEqual([
      undefined,
      'network',
      'network',
      'timeout',
    ]);
  });

  test('a 200 without an order is no acknowledgement', async () => {
    const shopper = await atTheButton();
    script = [success({ ...ORDER, status: 'pending' }), success(ORDER)];
    expect(await shopper.pay(INTENT.paymentMethod)).toMatchObject({ type: 'ok' });
    expect(ends()).toEqual(['info bad_body', 'ok']);
  });

  test('waits as long as it is told to', async () => {
    const shopper = await atTheButton();
    script = [refusal(409, 'OPERATION_IN_PROGRESS', false, { 'retry-after': '1' }), success(ORDER)];
    await shopper.pay(INTENT.paymentMethod);
    expect(ends()).toEqual(['info OPERATION_IN_PROGRESS', 'ok']);
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeGreaterThan(950);
  });

  test('takes a refusal for an answer, and a new key for a new card only then', async () => {
    const shopper = await atTheButton();
    script = [refusal(402, 'CARD_DECLINED', true), success(ORDER)];
    expect(await shopper.pay(INTENT.paymentMethod)).toEqual({ type: 'refused', code: 'CARD_DECLINED' });
    expect(await shopper.pay(OTHER_CARD)).toMatchObject({ type: 'ok' });
    expect(ends()).toEqual(['refused CARD_DECLINED', 'ok']);
    expect(keys().size).toBe(2);
  });

  test('gives up when its budget is used, and goes on under the same key', async () => {
    const shopper = await atTheButton();
    script = [dropped];
    expect(await shopper.pay(INTENT.paymentMethod)).toMatchObject({ type: 'unknown' });
    expect(sent).toHaveLength(4);
    script = [success(ORDER)];
    expect(await shopper.payAgain()).toMatchObject({ type: 'ok' });
    expect(keys().size).toBe(1);
    expect(sent.at(-1)?.headers).toMatchObject({ 'x-attempt': '5', 'x-retry-reason': 'resumed' });
  });

  test('can be told to ask once only', async () => {
    const shopper = await atTheButton();
    script = [dropped];
    await shopper.pay(INTENT.paymentMethod, { maxAttempts: 1 });
    expect(sent).toHaveLength(1);
  });

  test('two tabs send one key', async () => {
    const shopper = await atTheButton();
    await Promise.all([1, 2].map((tab) => shopper.pay(INTENT.paymentMethod, { tab })));
    expect(sent).toHaveLength(2);
    expect(keys().size).toBe(1);
    expect(
      pairsOf(history.events, 'placeOrder')
        .map(({ invoke }) => invoke.process)
        .toSorted(),
    ).toEqual(['someone/1', 'someone/2']);
  });

  test('every invoke has its end', async () => {
    const shopper = await atTheButton();
    script = [silence, dropped, success(ORDER)];
    await shopper.pay(INTENT.paymentMethod);
    expect(pairsOf(history.events).every(({ completion }) => completion !== null)).toBe(true);
    expect(history.events.filter(isOperation).every(({ intent }) => intent === INTENT.nonce)).toBe(true);
  });
});

test('the plain client can send a used key with another card, as a client with a bug would', async () => {
  const shopper = new PlainShopper(options());
  await shopper.prepare();
  await shopper.pay(INTENT.paymentMethod);
  script = [refusal(422, 'IDEMPOTENCY_KEY_REUSED', true)];
  expect(await shopper.reuseKey(OTHER_CARD)).toEqual({ type: 'refused', code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(new Set(sent.map(({ body }) => body)).size).toBe(2);
});
