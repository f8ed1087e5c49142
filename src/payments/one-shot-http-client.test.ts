import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PaymentOutcomeUnknown } from './payments.ts';
import { StripeGateway } from './stripe-gateway.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

/** A provider of a few bytes: `answer` gets the socket of each request that has come in whole. */
async function provider(
  answer: (socket: Socket) => void,
): Promise<{ apiBase: string; requests: () => number }> {
  let requests = 0;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      const [head, body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      requests += 1;
      answer(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { apiBase: `http://127.0.0.1:${port}`, requests: () => requests };
}

function confirm(apiBase: string, timeoutMs = 15_000): Promise<unknown> {
  return new StripeGateway({ secretKey: 'sk_test_x', apiBase, timeoutMs })
    .confirm({ intentId: 'pi_1', paymentMethod: 'pm_card_visa', idempotencyKey: 'k1' })
    .then(
      (result) => expect.fail(`It succeeded: ${JSON.stringify(result)}`),
      (error: unknown) => error,
    );
}

const PAID = JSON.stringify({
  id: 'pi_1',
  object: 'payment_intent',
  status: 'succeeded',
  amount_received: 1999,
  currency: 'eur',
  latest_charge: 'ch_1',
  last_payment_error: null,
});

function httpAnswer(status: string, body: string, length = body.length): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

describe('an exchange that breaks', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['is reset (the SDK alone would send it again)', (socket) => socket.resetAndDestroy()],
    ['is closed without an answer', (socket) => socket.end()],
    ['is closed amid the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['is closed amid the body', (socket) => socket.end(httpAnswer('200 OK', PAID.slice(0, -1), PAID.length))],
    [
      'is reset amid the body',
      (socket) => {
        socket.write(httpAnswer('200 OK', '{', PAID.length), () => socket.resetAndDestroy());
      },
    ],
    ['is no HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n')],
  ])('%s: the outcome is unknown, and it was sent once', async (_, answer) => {
    const { apiBase, requests } = await provider(answer);
    const error = await confirm(apiBase);
    expect(error).toSatisfy(PaymentOutcomeUnknown.is);
    expect(error).toMatchObject({ reason: 'connection_broken' });
    expect(requests()).toBe(1);
  });

  it('drips in byte by byte: the time limit is for all of it', async () => {
    const { apiBase } = await provider((socket) => {
      socket.write(httpAnswer('200 OK', '', PAID.length));
      const timer = setInterval(() => socket.write(' '), 20);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await confirm(apiBase, 300)).toMatchObject({ reason: 'timeout' });
  });
});

describe('an answer that is no answer', () => {
  it.each([
    ['an empty one', httpAnswer('200 OK', '')],
    ['a page', httpAnswer('502 Bad Gateway', '<html>')],
    ['null', httpAnswer('200 OK', 'null')],
    ['another object', httpAnswer('200 OK', '{"object":"charge","id":"ch_1"}')],
    ['an intent in an error status', httpAnswer('502 Bad Gateway', PAID)],
    ['another intent', httpAnswer('200 OK', PAID.replace('pi_1', 'pi_2'))],
    ['a status that nobody has heard of', httpAnswer('200 OK', PAID.replace('succeeded', 'perhaps'))],
    ['success without a charge', httpAnswer('200 OK', PAID.replace('"ch_1"', 'null'))],
    [
      'a decline whose intent is paid',
      httpAnswer(
        '402 Payment Required',
        `{"error":{"type":"card_error","code":"card_declined","payment_intent":${PAID}}}`,
      ),
    ],
    ['a 402 of somebody else', httpAnswer('402 Payment Required', '{"error":{"type":"api_error"}}')],
  ])('is %s', async (_, text) => {
    const { apiBase } = await provider((socket) => socket.end(text));
    expect(await confirm(apiBase)).toSatisfy(PaymentOutcomeUnknown.is);
  });

  it.each([
    ['429 Too Many Requests', 'rate_limited'],
    ['500 Internal Server Error', 'server_error'],
    ['409 Conflict', 'key_in_use'],
  ])('%s is unknown, and not retried', async (status, reason) => {
    const { apiBase, requests } = await provider((socket) =>
      socket.end(httpAnswer(status, '{"error":{"type":"api_error","message":"No."}}')),
    );
    expect(await confirm(apiBase)).toMatchObject({ reason });
    expect(requests()).toBe(1);
  });
});

describe('a refund', () => {
  const refundText = (status: string, changes: object = {}) => {
    const refund = {
      id: 're_1',
      object: 'refund',
      status,
      amount: 1999,
      currency: 'eur',
      payment_intent: 'pi_1',
    };
    return httpAnswer('200 OK', JSON.stringify({ ...refund, ...changes }));
  };
  const refund = (apiBase: string) =>
    new StripeGateway({ secretKey: 'sk_test_x', apiBase, timeoutMs: 15_000 }).refund({
      intentId: 'pi_1',
      amountMinor: 1_999,
      idempotencyKey: 'r1',
    });

  it.each([
    ['pending', 'pending', { kind: 'pending' }],
    ['pending', 'requires_action', { kind: 'pending' }],
    ['pending', 'succeeded', { kind: 'refunded', refundId: 're_1', amountMinor: 1_999, currency: 'EUR' }],
    ['pending', 'failed', { kind: 'failed', refundId: 're_1' }],
    ['failed', 'canceled', { kind: 'failed', refundId: 're_1' }],
  ])('that was %s when it was made is asked for again, and is %s', async (made, now, result) => {
    let asked = 0;
    const { apiBase } = await provider((socket) => socket.end(refundText(asked++ === 0 ? made : now)));
    expect(await refund(apiBase)).toEqual(result);
    expect(asked).toBe(2);
  });

  it.each([
    ['of another intent', refundText('succeeded', { payment_intent: 'pi_2' })],
    ['of no intent', refundText('succeeded', { payment_intent: null })],
    ['of another amount', refundText('succeeded', { amount: 1 })],
    ['of a status that nobody has heard of', refundText('perhaps')],
    ['that is an intent', httpAnswer('200 OK', PAID)],
    ['in an error status', refundText('succeeded').replace('200 OK', '502 Bad Gateway')],
    ['that is a 500', httpAnswer('500 Internal Server Error', '{"error":{"type":"api_error"}}')],
    [
      'that is declined',
      httpAnswer('402 Payment Required', '{"error":{"type":"card_error","code":"card_declined"}}'),
    ],
  ])('%s is unknown', async (_, text) => {
    const { apiBase } = await provider((socket) => socket.end(text));
    await expect(refund(apiBase)).rejects.toSatisfy(PaymentOutcomeUnknown.is);
  });

  it('whose answer is lost is unknown, and was sent once', async () => {
    const { apiBase, requests } = await provider((socket) => socket.resetAndDestroy());
    await expect(refund(apiBase)).rejects.toMatchObject({ reason: 'connection_broken' });
    expect(requests()).toBe(1);
  });
});

it('is one connection a request', async () => {
  const { apiBase } = await provider((socket) => socket.write(httpAnswer('200 OK', PAID)));
  const gateway = new StripeGateway({ secretKey: 'sk_test_x', apiBase, timeoutMs: 15_000 });
  for (let call = 0; call < 3; call += 1) await gateway.retrieve('pi_1');
  expect(sockets.size).toBe(3);
});
