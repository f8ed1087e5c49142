import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PendingAttempt } from './pending-attempt.ts';
import { checkOutcome, closeAttempt } from './settle.ts';
import { kill, ok, refuse, ScriptedServer } from './testing/scripted-server.ts';
import { placedOrder } from './testing/shop.ts';
import { input, paid, Tab } from './testing/tab.ts';

let server: ScriptedServer;
let tab: Tab;
let attempt: PendingAttempt;
beforeEach(async () => {
  server = await ScriptedServer.start(ok(paid));
  server.script(kill, kill, kill, kill);
  tab = new Tab(server);
  await tab.pay();
  attempt = tab.pending[0] as PendingAttempt;
});
afterEach(() => server[Symbol.asyncDispose]());

const DECLINED = {
  type: 'about:blank',
  title: 'Declined',
  status: 402,
  httpStatus: 402,
  detail: 'The card was declined.',
  code: 'CARD_DECLINED',
  definite: true,
  retryable: false,
  retryAfterMs: null,
  operationId: 'op_1',
};
const told = (state: string, more: object = {}) =>
  ok({ state, definite: false, operationId: 'op_1', result: null, error: null, ...more });
const options = () => ({ store: tab.store, acknowledgement: placedOrder });

describe.each([
  ['checkOutcome', () => checkOutcome(tab.open, attempt, options())],
  ['closeAttempt', () => closeAttempt(tab.open, attempt, options())],
])('%s', (_name, ask) => {
  test('succeeded: the result, and the attempt is cleared', async () => {
    server.script(told('succeeded', { definite: true, result: paid }));
    expect(await ask()).toEqual({ kind: 'succeeded', result: paid });
    expect(tab.pending).toEqual([]);
  });

  test('failed: the refusal, and the attempt is cleared', async () => {
    server.script(told('failed', { definite: true, error: DECLINED }));
    expect(await ask()).toMatchObject({ kind: 'refused', refusal: { code: 'CARD_DECLINED' } });
    expect(tab.pending).toEqual([]);
  });

  test('void: closed, and the next call gets a new key', async () => {
    server.script(told('void', { definite: true }));
    expect(await ask()).toEqual({ kind: 'closed' });
    expect(await tab.pay({ ...input, paymentMethod: 'pm_other' })).toMatchObject({ kind: 'succeeded' });
    expect(server.received.at(-1)?.key).not.toBe(attempt.key);
  });

  test.each(['not_seen', 'running', 'outcome_unknown', 'compensating', 'stuck', 'expired'])(
    'hazard 42: %s is not final: the attempt stays',
    async (state) => {
      server.script(told(state));
      expect(await ask()).toMatchObject({ kind: 'unknown', why: { state, operationId: 'op_1' } });
      expect(tab.pending).toEqual([attempt]);
    },
  );

  test.each<[string, ReturnType<typeof ok>]>([
    ['a success without its result', told('succeeded', { definite: true })],
    ['a failure without its error', told('failed', { definite: true })],
    ['a success that is not definite', told('succeeded', { result: paid })],
    ['"not seen" that calls itself definite', told('not_seen', { definite: true })],
    ['a state unknown here', told('asleep', { definite: true })],
    ['another shape', ok('charged')],
    ['a definite refusal to tell', refuse('UNAUTHENTICATED', 401, { definite: true })],
  ])('hazard 53: %s tells nothing', async (_what, answer) => {
    server.script(answer);
    expect(await ask()).toMatchObject({ kind: 'unknown', attempt });
    expect(tab.pending).toEqual([attempt]);
  });

  test('no answer at all leaves everything as it was', async () => {
    server.script(kill, kill, kill, kill);
    expect(await ask()).toMatchObject({ kind: 'unknown', attempt });
    expect(tab.pending).toEqual([attempt]);
  });
});

test('they name the attempt by procedure and key', async () => {
  server.script(told('running'), told('running'));
  const before = server.received.length;
  await checkOutcome(tab.open, attempt, options());
  await closeAttempt(tab.open, attempt, options());
  const [check, close] = server.received.slice(before);
  const name = { procedure: 'checkout.placeOrder', key: attempt.key };
  expect(check?.path).toBe(`operations.outcome?input=${encodeURIComponent(JSON.stringify(name))}`);
  expect(close).toMatchObject({ path: 'operations.close', input: name });
});
