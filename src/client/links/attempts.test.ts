import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyTimeMs } from '../key.ts';
import { LocalStorageAttemptStore } from '../local-storage-attempt-store.ts';
import { MemoryAttemptStore } from '../memory-attempt-store.ts';
import type { AttemptStore } from '../attempt-store.ts';
import { FakeBrowser } from '../testing/fake-browser.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { hang, kill, ok, raw, refuse, ScriptedServer } from '../testing/scripted-server.ts';
import { CUSTOMER, input, paid, Tab } from '../testing/tab.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(ok(paid));
});
afterEach(() => server[Symbol.asyncDispose]());

const DECLINED = refuse('CARD_DECLINED', 402, { definite: true, operationId: 'op_1' });
const ALWAYS_LOST = [kill, kill, kill, kill];
const OTHER_CARD = { ...input, paymentMethod: 'pm_card_mastercard' };
const keys = () => server.received.map(({ key }) => key);

test('an attempt is stored, whole and counted, before its request leaves', async () => {
  const store = new MemoryAttemptStore();
  let storedAtSending: unknown;
  const tab = new Tab(server, {
    store,
    fetch: (url, init) => {
      storedAtSending = store.list(CUSTOMER)[0];
      return fetch(url, init);
    },
  });
  await tab.pay();
  expect(storedAtSending).toMatchObject({
    key: keys()[0],
    procedure: 'checkout.placeOrder',
    intent: 'checkout-1',
    input,
    attempts: 1,
  });
});

test('an attempt that cannot be stored is not sent', async () => {
  const browser = new FakeBrowser();
  browser.full = true;
  const tab = new Tab(server, { store: new LocalStorageAttemptStore(browser.tab()) });
  expect(await tab.pay()).toMatchObject({
    kind: 'not-sent',
    error: { cause: { name: 'QuotaExceededError' } },
  });
  expect(server.received).toEqual([]);
});

test('a store that fills up later does not make an attempt that was sent look unsent', async () => {
  server.script(kill);
  const browser = new FakeBrowser();
  const tab = new Tab(server, {
    store: new LocalStorageAttemptStore(browser.tab()),
    fetch: (url, init) => {
      browser.full = true;
      return fetch(url, init);
    },
  });
  expect(await tab.pay()).toMatchObject({ kind: 'unknown' });
  expect(server.received).toHaveLength(1);
  expect(tab.pending).toMatchObject([{ attempts: 1 }]);
});

describe('a definite answer clears the attempt, and the next call has a new key', () => {
  test('a success', async () => {
    const tab = new Tab(server);
    expect(await tab.pay()).toEqual({ kind: 'succeeded', result: paid });
    expect(tab.pending).toEqual([]);
    expect(tab.eventsOf('settled')).toMatchObject([{ outcome: 'succeeded', key: keys()[0] }]);
  });

  test('a refusal: other card, same checkout', async () => {
    server.script(DECLINED);
    const tab = new Tab(server);
    expect(await tab.pay()).toMatchObject({ kind: 'refused', refusal: { code: 'CARD_DECLINED' } });
    expect(tab.pending).toEqual([]);
    expect(await tab.pay(OTHER_CARD)).toMatchObject({ kind: 'succeeded' });
    expect(new Set(keys()).size).toBe(2);
    expect(server.received[1]).toMatchObject({ attempt: '1', reason: undefined });
  });

  test('a closed key', async () => {
    server.script(refuse('OPERATION_CLOSED', 409, { definite: true }));
    const tab = new Tab(server);
    expect(await tab.pay()).toEqual({ kind: 'closed' });
    expect(tab.pending).toEqual([]);
  });
});

describe('without a definite answer the attempt stays', () => {
  test('and the error carries its key and the operation that an earlier answer named', async () => {
    server.script(
      refuse('OPERATION_IN_PROGRESS', 409, { retryable: true, operationId: 'op_7' }),
      ...ALWAYS_LOST,
    );
    const tab = new Tab(server);
    const outcome = await tab.pay();
    expect(outcome).toMatchObject({
      kind: 'unknown',
      attempt: { key: keys()[0], attempts: 4 },
      why: { operationId: 'op_7' },
    });
    expect(tab.pending).toMatchObject([{ key: keys()[0], attempts: 4, operationId: 'op_7' }]);
    expect(tab.eventsOf('left-unknown')).toMatchObject([{ key: keys()[0], operationId: 'op_7' }]);
  });

  test('hazard 16: pressed again, the same key goes out, and its attempts count on', async () => {
    server.script(...ALWAYS_LOST);
    const tab = new Tab(server);
    await tab.pay();
    expect(await tab.pay()).toMatchObject({ kind: 'succeeded' });
    expect(new Set(keys()).size).toBe(1);
    expect(server.received.at(-1)).toMatchObject({ attempt: '5', reason: 'resumed' });
  });

  test('with other details the same intent is not begun anew', async () => {
    server.script(...ALWAYS_LOST);
    const tab = new Tab(server);
    await tab.pay();
    expect(await tab.pay(OTHER_CARD)).toMatchObject({ kind: 'blocked', attempt: { key: keys()[0], input } });
    expect(server.received).toHaveLength(4);
  });

  test('another intent is free to begin', async () => {
    server.script(...ALWAYS_LOST);
    const tab = new Tab(server);
    await tab.pay();
    expect(await tab.pay({ ...input, checkoutId: 'checkout-2' })).toMatchObject({ kind: 'succeeded' });
    expect(tab.pending).toHaveLength(1);
  });

  test('hazard 50: a lost cookie on the retry does not mean that the first request did nothing', async () => {
    server.script(kill, refuse('UNAUTHENTICATED', 401, { definite: true }));
    const tab = new Tab(server);
    expect(await tab.pay()).toMatchObject({ kind: 'unknown', why: { refusal: { code: 'UNAUTHENTICATED' } } });
    expect(tab.pending).toHaveLength(1);
  });

  test('hazard 53: a success that its schema does not accept acknowledges nothing', async () => {
    const strange = ok({ orderId: 'order-1', status: 'pending' });
    server.script(strange, strange, strange, strange);
    const tab = new Tab(server);
    expect(await tab.pay()).toMatchObject({ kind: 'unknown' });
    expect(tab.pending).toHaveLength(1);
  });

  test('hazard 35: neither does a refusal that lost its members on the way', async () => {
    const half = raw(402, '{"error":{"code":-1,"message":"","data":{"httpStatus":402,"definite":true}}}');
    server.script(half, half, half, half);
    const tab = new Tab(server);
    expect(await tab.pay()).toMatchObject({ kind: 'unknown' });
  });
});

test('a call given up before anything left leaves nothing for a reload to send', async () => {
  const tab = new Tab(server);
  const giveUp = new AbortController();
  giveUp.abort();
  expect(await tab.pay(input, giveUp.signal)).toMatchObject({ kind: 'not-sent' });
  expect(tab.pending).toEqual([]);
  expect(server.received).toEqual([]);
});

test('a call whose intent cannot be told is not sent', async () => {
  const tab = new Tab(server);
  expect(await tab.pay(null as unknown as typeof input)).toMatchObject({ kind: 'not-sent' });
  expect(server.received).toEqual([]);
});

describe('keys that know their age', () => {
  const DAY_MS = 24 * 3_600_000;
  const serverTime = '2026-11-22T10:00:00.000Z';
  const wrongBy = (days: number) => new ManualClock(Date.parse(serverTime) + days * DAY_MS);
  const outOfWindow = (code: string) => refuse(code, 422, { serverTime });

  test.each([
    ['IDEMPOTENCY_KEY_EXPIRED', -30],
    ['IDEMPOTENCY_KEY_FROM_THE_FUTURE', 30],
  ])('%s for a key never used: the clock is set right and another key is minted', async (code, days) => {
    server.script(outOfWindow(code));
    const tab = new Tab(server, { clock: wrongBy(days) });
    expect(await tab.pay()).toMatchObject({ kind: 'succeeded' });
    const [first, second] = keys();
    expect(keyTimeMs(first ?? '')).toBe(Date.parse(serverTime) + days * DAY_MS);
    expect(keyTimeMs(second ?? '')).toBe(Date.parse(serverTime));
    expect(server.received[1]).toMatchObject({ attempt: '1', reason: undefined });
    expect(tab.eventsOf('key-replaced')).toMatchObject([{ key: first, newKey: second }]);
    expect(tab.pending).toEqual([]);
  });

  test.each(['IDEMPOTENCY_KEY_EXPIRED', 'IDEMPOTENCY_KEY_FROM_THE_FUTURE'])(
    'hazard 31: %s for a key that was sent before means unknown, and no new key',
    async (code) => {
      server.script(kill, outOfWindow(code));
      const tab = new Tab(server);
      expect(await tab.pay()).toMatchObject({ kind: 'unknown', why: { refusal: { code } } });
      expect(new Set(keys()).size).toBe(1);
      expect(tab.pending).toHaveLength(1);
    },
  );

  test('a server that refuses the time it has just told is not asked for ever', async () => {
    server.script(outOfWindow('IDEMPOTENCY_KEY_EXPIRED'), outOfWindow('IDEMPOTENCY_KEY_EXPIRED'));
    expect(await new Tab(server).pay()).toMatchObject({ kind: 'unknown' });
    expect(server.received).toHaveLength(2);
  });

  test('the first key is right at once if an earlier answer told the time', async () => {
    const tab = new Tab(server, { clock: wrongBy(30) });
    await tab.open.catalogue.list.query();
    await tab.pay();
    expect(Math.abs(keyTimeMs(keys()[1] ?? '') - Date.now())).toBeLessThan(60_000);
  });
});

describe.each<[string, () => AttemptStore[]]>([
  [
    'one memory',
    () => {
      const store = new MemoryAttemptStore();
      return [store, store];
    },
  ],
  [
    "one browser's localStorage",
    () => {
      const browser = new FakeBrowser();
      return [new LocalStorageAttemptStore(browser.tab()), new LocalStorageAttemptStore(browser.tab())];
    },
  ],
  [
    'one localStorage without locks',
    () => {
      const browser = new FakeBrowser();
      const tab = () => new LocalStorageAttemptStore({ ...browser.tab(), locks: undefined });
      return [tab(), tab()];
    },
  ],
])('two tabs over %s', (_name, stores) => {
  const twoTabs = (): [Tab, Tab] => {
    const [first, second] = stores() as [AttemptStore, AttemptStore];
    return [new Tab(server, { store: first }), new Tab(server, { store: second })];
  };

  test('hazard 16: pressed at once, they send one key', async () => {
    const [here, there] = twoTabs();
    const outcomes = await Promise.all([here.pay(), there.pay()]);
    expect(outcomes).toMatchObject([{ kind: 'succeeded' }, { kind: 'succeeded' }]);
    expect(new Set(keys()).size).toBe(1);
    expect(here.pending).toEqual([]);
  });

  test('pressed at once with two cards, one is sent and the other blocked', async () => {
    const [here, there] = twoTabs();
    server.script(hang);
    const blocked = new Promise((resolve) => void there.pay(OTHER_CARD).then(resolve));
    const race = Promise.race([here.pay(), blocked]);
    expect(await race).toMatchObject({ kind: 'blocked' });
    const request = await server.requests(1);
    expect(server.received).toHaveLength(1);
    expect(here.pending).toMatchObject([{ key: request.key }]);
  });

  test('the second joins what the first has under way', async () => {
    const [here, there] = twoTabs();
    server.script(hang);
    const call = here.pay();
    await server.requests(1);
    expect(await there.pay()).toMatchObject({ kind: 'succeeded' });
    expect(server.received[1]).toMatchObject({ key: keys()[0], attempt: '2', reason: 'resumed' });
    expect(here.pending).toEqual([]);
    // The first learns it by its own retry; meanwhile nothing it sends is unstored.
    here.clock.advance(1_000);
    expect(await call).toMatchObject({ kind: 'succeeded' });
    expect(new Set(keys()).size).toBe(1);
    expect(here.pending).toEqual([]);
  });

  test('what one tab has settled is not "only sent once" for the other', async () => {
    const [here, there] = twoTabs();
    server.script(hang);
    const call = here.pay();
    await server.requests(1);
    await there.pay();
    server.script(refuse('UNAUTHENTICATED', 401, { definite: true }));
    here.clock.advance(1_000);
    expect(await call).toMatchObject({ kind: 'unknown' });
  });

  test('the late end of an old attempt leaves the new one alone', async () => {
    const [here, there] = twoTabs();
    server.script(hang);
    const old = here.pay();
    await server.requests(1);
    server.script(DECLINED, hang);
    await there.pay();
    const next = there.pay(OTHER_CARD);
    const { key } = await server.requests(3);
    server.script(DECLINED);
    here.clock.advance(1_000);
    expect(await old).toMatchObject({ kind: 'refused' });
    expect(there.pending).toMatchObject([{ key }]);
    there.clock.advance(1_000);
    expect(await next).toMatchObject({ kind: 'succeeded' });
  });
});
