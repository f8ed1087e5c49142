import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../api/handler.ts';
import { startProviderProxy } from '../api/testing/provider-proxy.ts';
import { startTestShop, TestCustomer, type TestShop } from '../api/testing/test-shop.ts';
import { makeKey } from '../idempotency/testing/index.ts';
import { limits } from '../limits.ts';
import type { Services } from '../services.ts';
import { resumables } from '../shop/resumables.ts';
import { Completer } from '../worker/completer.ts';
import { checkLateCharges } from '../worker/late-charges.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

let shop: TestShop;
let node: Handler;
let worker: Services;
beforeAll(async () => {
  shop = await startTestShop();
  node = shop.node();
  worker = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The tool as an operator runs it: a process of its own, with a worker's settings. */
async function operations(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = shop.env(),
): Promise<Ended> {
  const { PATH, NODE_ENV } = process.env;
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { PATH, NODE_ENV, ...env } });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

const recordOf = (key: string) => worker.database.idempotencyRecord.findFirstOrThrow({ where: { key } });
const complete = (of: Services = worker) =>
  new Completer({ ...of, known: resumables(of.payments) }).runOnce();

interface Stuck {
  readonly customer: TestCustomer;
  readonly key: string;
  readonly card: string;
  readonly operationId: string;
}

let cards = 0;

/** A purchase that was given up after an answer of the provider was lost: that to `path`. */
async function stuckAt(path: 'confirm' | 'refunds'): Promise<Stuck> {
  const losing = await startProviderProxy(shop.providerUrl, async ({ request, forward }) => {
    await forward();
    return request.path.endsWith(path) ? 'lost' : 'delivered';
  });
  const customer = new TestCustomer();
  const checkout = await customer.checkOut(node);
  const { customerId } = customer;
  if (path === 'refunds') {
    const { paymentIntentId } = await worker.database.checkout.findFirstOrThrow({ where: { customerId } });
    await shop.provider.post(`/v1/payment_intents/${paymentIntentId}`, { amount: '9999' });
  }
  const key = makeKey();
  const card = `pm_card_visa_op${++cards}`;
  await customer.placeOrder(shop.node({ STRIPE_API_BASE: losing.url }), checkout, card, key);
  await worker.database.$executeRaw`
    UPDATE idempotency_record SET tries = ${limits.completer.maxTries}, next_try_at = clock_timestamp()
    WHERE key = ${key}::uuid`;
  await complete();
  await losing.close();
  const { operationId, state } = await recordOf(key);
  expect(state).toBe('stuck');
  return { customer, key, card, operationId };
}

describe('a stuck operation', () => {
  test('is listed, shown without anything private, tried once more on order, and then settled', async () => {
    const { customer, key, card, operationId } = await stuckAt('confirm');
    const { customerId } = customer;
    for (const argv of [['list'], ['list', '--state', 'stuck'], ['list', '--state', 'unsettled']]) {
      const { code, out } = await operations(argv);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^${operationId} +checkout\\.placeOrder +stuck +20 `, 'm'));
    }

    const byId = await operations(['show', operationId]);
    const byKey = await operations(['show', key]);
    expect(byId).toEqual(byKey);
    expect(byId.code).toBe(0);
    expect(byId.out).toContain('stuck: given up after too many tries; a person decides');
    expect(byId.out).toContain(customerId);
    expect(byId.out).toMatch(/^ {2}tries +20 after the first$/m);
    expect(byId.out).toMatch(/^ {2}fence +1$/m);
    expect(byId.out).toMatch(
      /^ {2}input +\{"checkoutId":"chk_\w+","version":\d,"paymentMethod":"\(hidden\)"\}$/m,
    );
    expect(byId.out).toMatch(/^ {4}reserve {2}finished [-\d]+ [:\d]+Z, fence 1: \{.*"orderId":"ord_\w+"/m);
    for (const secret of [card, key, 'guest@example.com', 'Kiln Lane'])
      expect(byId.out).not.toContain(secret);

    // Nothing but the order of a person brings it back.
    await complete();
    expect((await recordOf(key)).state).toBe('stuck');
    const ordered = await operations(['retry', operationId]);
    expect(ordered).toMatchObject({ code: 0, err: '' });
    expect(ordered.out).toContain(`It goes on after 'reserve', the last step that is finished`);
    await complete();
    expect((await recordOf(key)).state).toBe('succeeded');
    expect(await shop.charges(card)).toHaveLength(1);
    expect(await worker.database.stockReservation.count({ where: { customerId } })).toBe(1);

    const again = await operations(['retry', operationId]);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toBe(
      `${operationId} is settled (succeeded): there is nothing left to try. Nothing was changed.\n`,
    );
    // Settled, it is in no index; its id says in which days to look.
    const settled = await operations(['show', operationId]);
    expect(settled.out).toContain('succeeded: done');
    expect(settled.out).toMatch(/^ {2}outcome +\{.*"status":"paid"/m);
  });

  test('whose one more try fails is stuck again', async () => {
    const { key, operationId } = await stuckAt('confirm');
    await operations(['retry', operationId]);
    const cutOff = shop.services({ STRIPE_API_BASE: 'http://127.0.0.1:1' });
    await waitFor(async () => {
      await complete(cutOff);
      return (await recordOf(key)).state === 'stuck';
    });
    // One takeover, and no other step than the one that was open.
    expect(await recordOf(key)).toMatchObject({ fence: 2, tries: limits.completer.maxTries });
  });

  test('that is being undone goes on in that direction', async () => {
    const { key, operationId } = await stuckAt('refunds');
    const { out } = await operations(['show', operationId]);
    expect(out).toMatch(/^ {4}compensate +finished .*: 9999 EUR were captured for an order of \d+ EUR$/m);
    const ordered = await operations(['retry', operationId]);
    expect(ordered.out).toContain('It is being undone (9999 EUR were captured');
    expect((await recordOf(key)).state).toBe('compensating');
    await complete();
    expect(await recordOf(key)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('PAYMENT_REFUNDED'),
    });
  });
});

test('a refund is found by its operation’s id, long after its key was made', async () => {
  const customer = new TestCustomer();
  const { customerId } = customer;
  await customer.placeOrder(node, await customer.checkOut(node), 'pm_card_chargeDeclined');
  const { paymentIntentId } = await worker.database.payment.findFirstOrThrow({ where: { customerId } });
  await shop.provider.confirm(paymentIntentId, 'pm_card_visa', { key: 'late' });
  await worker.database.payment.updateMany({ where: { customerId }, data: { nextCheckAt: new Date(0) } });
  await checkLateCharges(worker);
  const { operationId, amountMinor } = await worker.database.refund.findFirstOrThrow({
    where: { customerId },
  });
  const { code, out } = await operations(['show', operationId]);
  expect(code).toBe(0);
  expect(out).toContain('refunds.pay, version 1');
  expect(out).toContain(`"amountMinor":${amountMinor}`);
});

describe('what can’t be done is told in a sentence', () => {
  test.each([
    [['show', `op_${makeKey().replaceAll('-', '')}`], 1, /^There is no record of op_/],
    [['retry', `op_${makeKey().replaceAll('-', '')}`], 1, /^There is no record of op_/],
    [['show', makeKey()], 1, /^There is no record of this key/],
    [['lsit'], 2, /unknown command 'lsit'[^]*Did you mean list/],
  ])('%j', async (argv, code, sentence) => {
    const ended = await operations(argv);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(sentence);
  });

  test('a missing setting, and a database that isn’t there', async () => {
    const unset = await operations(['list'], { ...shop.env(), DATABASE_URL: '' });
    expect(unset).toMatchObject({ code: 1, out: '' });
    expect(unset.err).toMatch(/^The environment variable DATABASE_URL .*\.\n$/);
    const gone = await operations(['list'], {
      ...shop.env(),
      DATABASE_URL: 'postgresql://app:app@127.0.0.1:1/shop',
    });
    expect(gone).toMatchObject({ code: 1, out: '' });
    expect(gone.err).toMatch(/^It failed: .*127\.0\.0\.1:1.*\n$/);
    // Help needs neither.
    expect(await operations(['--help'], {})).toMatchObject({ code: 0, err: '' });
  });
});

/** Polls an observable state; the limit is the test's. */
async function waitFor(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}
