import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScriptedServer, ok } from '../testing/scripted-server.ts';
import { Tab, input, paid } from '../testing/tab.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(ok(paid));
});
afterEach(() => server[Symbol.asyncDispose]());

test('a first attempt says its key and its number, and gives no reason, not even "undefined"', async () => {
  await new Tab(server).pay();
  const [request] = server.received;
  expect(request).toMatchObject({ method: 'POST', path: 'checkout.placeOrder', attempt: '1', input });
  expect(request?.headers).not.toHaveProperty('x-retry-reason');
  expect(Object.values(request?.headers ?? {})).not.toContain('undefined');
});

test('hazard 33: two mutations of one tick go out as two requests, each with its own key', async () => {
  const tab = new Tab(server);
  await Promise.all([tab.pay(), tab.pay({ ...input, checkoutId: 'checkout-2' })]);
  expect(server.received.map(({ path }) => path)).toEqual(['checkout.placeOrder', 'checkout.placeOrder']);
  expect(new Set(server.received.map(({ key }) => key)).size).toBe(2);
});

test('calls of the open client carry no key', async () => {
  const { open } = new Tab(server);
  await open.cart.setLine.mutate({ sku: 'mug', quantity: 2 });
  await open.catalogue.list.query();
  expect(server.received.map(({ key }) => key)).toEqual([undefined, undefined]);
});
