import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { LocalStorageAttemptStore } from './local-storage-attempt-store.ts';
import type { AttemptOutcome } from './outcome.ts';
import { resumeContext } from './operation-context.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import { resumePending } from './resume.ts';
import { FakeBrowser } from './testing/fake-browser.ts';
import { kill, ok, refuse, ScriptedServer } from './testing/scripted-server.ts';
import type { PlacedOrder } from './testing/shop.ts';
import { CUSTOMER, input, paid, Tab } from './testing/tab.ts';

let server: ScriptedServer;
let browser: FakeBrowser;
beforeEach(async () => {
  server = await ScriptedServer.start(ok(paid));
  browser = new FakeBrowser();
});
afterEach(() => server[Symbol.asyncDispose]());

/** A page load: nothing but the stored items is left of what was before. */
const load = (customer = CUSTOMER) =>
  new Tab(server, { store: new LocalStorageAttemptStore(browser.tab()), customer });
const resume = (tab: Tab, customer = CUSTOMER) =>
  resumePending(tab.keyed, { customer, store: tab.store, procedure: 'checkout.placeOrder' });
const keys = () => new Set(server.received.map(({ key }) => key));

async function loseOne(): Promise<PendingAttempt> {
  server.script(kill, kill, kill, kill);
  const tab = load();
  await tab.pay();
  return tab.pending[0] as PendingAttempt;
}

test('hazard 16: after a reload the same key and input go out again, marked as resumed', async () => {
  const lost = await loseOne();
  const tab = load();
  const resumed = resume(tab);
  expect(resumed.map(({ attempt }) => attempt)).toEqual([lost]);
  expect(await resumed[0]?.outcome).toEqual({ kind: 'succeeded', result: paid });
  expect(server.received.at(-1)).toMatchObject({ key: lost.key, input, attempt: '5', reason: 'resumed' });
  expect(tab.pending).toEqual([]);
});

test('an attempt that was stored and never sent is sent now', async () => {
  const lost = await loseOne();
  const tab = load();
  tab.store.write({ ...lost, attempts: 0 });
  await resume(tab)[0]?.outcome;
  expect(server.received.at(-1)).toMatchObject({ key: lost.key, attempt: '1', reason: 'resumed' });
});

test("another customer's attempts are left alone", async () => {
  await loseOne();
  expect(resume(load('customer-2'), 'customer-2')).toEqual([]);
});

test('two tabs that load at once resume one key', async () => {
  await loseOne();
  const [here, there] = [load(), load()];
  const outcomes = await Promise.all([...resume(here), ...resume(there)].map(({ outcome }) => outcome));
  expect(outcomes).toHaveLength(2);
  expect(keys().size).toBe(1);
  expect(here.pending).toEqual([]);
});

test('an attempt that another tab has just settled is replayed, not begun anew', async () => {
  const lost = await loseOne();
  await resume(load())[0]?.outcome;
  const tab = load();
  await tab.keyed.checkout.placeOrder.mutate(input, { context: resumeContext(lost) });
  expect(keys().size).toBe(1);
  expect(tab.pending).toEqual([]);
});

test('hazard 42: a resumed key that has expired keeps its attempt, for it may have gone through', async () => {
  await loseOne();
  server.script(refuse('IDEMPOTENCY_KEY_EXPIRED', 422, { serverTime: new Date().toISOString() }));
  const tab = load();
  expect(await resume(tab)[0]?.outcome).toMatchObject({ kind: 'unknown' });
  expect(keys().size).toBe(1);
  expect(tab.pending).toHaveLength(1);
});

test('outcomes are typed by the procedure', () => {
  const typed = (tab: Tab) => resume(tab)[0]?.outcome;
  expectTypeOf(typed).returns.toEqualTypeOf<Promise<AttemptOutcome<PlacedOrder>> | undefined>();
  const wrong = (tab: Tab) =>
    // @ts-expect-error no keyed mutation
    resumePending(tab.keyed, { customer: CUSTOMER, store: tab.store, procedure: 'cart.setLine' });
  expect(wrong).toBeTypeOf('function');
});
