import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hang, kill, ok, raw, refuse, ScriptedServer, truncate } from '../testing/scripted-server.ts';
import type { Answer } from '../testing/scripted-server.ts';
import { limits, paid, Tab } from '../testing/tab.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(ok(paid));
});
afterEach(() => server[Symbol.asyncDispose]());

const IN_PROGRESS = refuse('OPERATION_IN_PROGRESS', 409, { retryable: true, operationId: 'op_1' });
const HTML = { 'content-type': 'text/html' };

describe('hazard 17: whatever goes wrong, the next attempt has the same key and says why it is made', () => {
  test.each<[string, Answer, string]>([
    ['connection killed', kill, 'network'],
    ['body truncated', truncate(JSON.stringify({ result: { data: paid } })), 'network'],
    ['empty 200', raw(200, ''), 'network'],
    ['500 with a result', raw(500, JSON.stringify({ result: { data: paid } })), 'server_error'],
    ['200 without an order', ok({ hello: 'world' }), 'server_error'],
    ['HTML 503', raw(503, '<h1>503</h1>', HTML), 'unavailable'],
    ['in progress', IN_PROGRESS, 'in_progress'],
    ['outcome unknown', refuse('OUTCOME_UNKNOWN', 409, { retryable: true }), 'outcome_unknown'],
    ['store unavailable', refuse('STORE_UNAVAILABLE', 503, { retryable: true }), 'unavailable'],
    ['internal error', refuse('INTERNAL', 500, { retryable: true }), 'server_error'],
  ])('%s', async (_what, answer, reason) => {
    server.script(answer);
    const tab = new Tab(server);
    expect(await tab.pay()).toEqual({ kind: 'succeeded', result: paid });
    const [first, second] = server.received;
    expect(second?.key).toBe(first?.key);
    expect(second).toMatchObject({ attempt: '2', reason });
    expect(tab.pending).toEqual([]);
  });
});

test('an attempt without an answer is given up at its limit, and its request with it', async () => {
  server.script(hang);
  const tab = new Tab(server);
  const call = tab.pay();
  const { abandoned } = await server.requests(1);
  tab.clock.advance(limits.attemptTimeoutMs - 1);
  expect(tab.eventsOf('attempt-failed')).toEqual([]);
  tab.clock.advance(1);
  await abandoned;
  expect(await call).toMatchObject({ kind: 'succeeded' });
  expect(server.received[1]).toMatchObject({ attempt: '2', reason: 'timeout' });
});

test('Retry-After of a body that is not ours is obeyed, and the more exact one of one that is', async () => {
  server.script(
    raw(503, '<h1>503</h1>', { ...HTML, 'retry-after': '2' }),
    refuse('OPERATION_IN_PROGRESS', 409, {
      retryable: true,
      retryAfterMs: 1_250,
      headers: { 'retry-after': '2' },
    }),
  );
  const tab = new Tab(server);
  await tab.pay();
  // Random is 0.5 throughout: half of the base is added.
  expect(tab.eventsOf('retry-scheduled').map(({ delayMs }) => delayMs)).toEqual([2_050, 1_300]);
});

test('a refusal that is not retryable ends the call at once', async () => {
  server.script(refuse('BEING_VERIFIED', 409, { operationId: 'op_1' }));
  const tab = new Tab(server);
  expect(await tab.pay()).toMatchObject({ kind: 'unknown', why: { operationId: 'op_1' } });
  expect(server.received).toHaveLength(1);
});

test('attempts stay within their number', async () => {
  server.script(kill, kill, kill, kill, kill);
  const tab = new Tab(server);
  expect(await tab.pay()).toMatchObject({ kind: 'unknown' });
  expect(server.received.map(({ attempt }) => attempt)).toEqual(['1', '2', '3', '4']);
  expect(tab.clock.scheduled).toBe(0);
});

test('a call ends within its time budget, whatever the server asks for', async () => {
  server.script(IN_PROGRESS, refuse('OPERATION_IN_PROGRESS', 409, { retryable: true, retryAfterMs: 9_990 }));
  const tab = new Tab(server);
  expect(await tab.pay()).toMatchObject({ kind: 'unknown', why: { refusal: { retryAfterMs: 9_990 } } });
  expect(server.received).toHaveLength(2);
});

test('the last attempt gets what is left of the budget, not its full limit', async () => {
  server.script(kill, hang);
  const tab = new Tab(server, { limits: { totalBudgetMs: 700, maxAttempts: 9 } });
  const startedMs = tab.clock.elapsedMs();
  const call = tab.pay();
  await server.requests(2);
  tab.clock.advance(700);
  await call;
  expect(tab.eventsOf('attempt-failed').at(-1)?.error).toMatchObject({ message: 'No answer within 650 ms' });
  expect(tab.eventsOf('attempt-started')).toHaveLength(2);
  expect(startedMs).toBe(0);
});

describe('a caller who gives up is let go at once', () => {
  test('during a pause', async () => {
    server.script(IN_PROGRESS);
    const giveUp = new AbortController();
    const tab = new Tab(server, { skipPauses: false });
    const paused = tab.next('retry-scheduled');
    const call = tab.pay(undefined, giveUp.signal);
    await paused;
    giveUp.abort();
    expect(await call).toMatchObject({ kind: 'unknown', attempt: { attempts: 1, operationId: 'op_1' } });
    expect(tab.clock.scheduled).toBe(0);
    expect(server.received).toHaveLength(1);
  });

  test('during an attempt', async () => {
    server.script(hang);
    const giveUp = new AbortController();
    const tab = new Tab(server);
    const call = tab.pay(undefined, giveUp.signal);
    const { abandoned } = await server.requests(1);
    giveUp.abort('changed my mind');
    expect(await call).toMatchObject({ kind: 'unknown', attempt: { attempts: 1 } });
    await abandoned;
    expect(tab.clock.scheduled).toBe(0);
  });

  test('even if fetch does not listen to its signal', async () => {
    const giveUp = new AbortController();
    const tab = new Tab(server, { fetch: () => new Promise(() => giveUp.abort()) });
    expect(await tab.pay(undefined, giveUp.signal)).toMatchObject({ kind: 'unknown' });
  });
});

describe('calls without a key', () => {
  test('a naturally idempotent mutation is retried', async () => {
    server.script(kill);
    await new Tab(server).open.cart.setLine.mutate({ sku: 'mug', quantity: 1 });
    expect(server.received).toHaveLength(2);
  });

  test('hazard 34: a query is not: whoever asks has retries of its own', async () => {
    server.script(kill);
    await expect(new Tab(server).open.catalogue.list.query()).rejects.toThrow('connection ended');
    expect(server.received).toHaveLength(1);
  });
});
