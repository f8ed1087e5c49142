import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProviderProxy } from '../api/testing/provider-proxy.ts';
import { startTestShop, TestCustomer, type TestShop } from '../api/testing/test-shop.ts';
import { fingerprints, parseKey, type Policy } from '../idempotency/index.ts';
import { makeKey } from '../idempotency/testing/index.ts';
import type { Services } from '../services.ts';
import { placeOrderPolicy } from '../shop/checkout/place-order.ts';
import { resumables, type Resumable, type Resumables } from '../shop/resumables.ts';
import { Completer } from './completer.ts';

let shop: TestShop;
let services: Services;
beforeAll(async () => {
  shop = await startTestShop();
  services = shop.services();
});
afterAll(() => shop[Symbol.asyncDispose]());

const policy: Policy = {
  ...placeOrderPolicy,
  leaseMs: 1_000,
  maxTries: 4,
  backoffBaseMs: 50,
  backoffCapMs: 400,
};

/** An operation that broke off after its first step and is due. */
async function broken(procedure: string, changes: Partial<Policy> = {}): Promise<string> {
  const { engine } = services;
  const key = makeKey();
  const own = { ...policy, backoffBaseMs: 0, ...changes };
  await engine
    .run(
      {
        key: parseKey(key),
        scope: 'customer',
        principal: 'customer',
        procedure,
        policy: own,
        fingerprints: fingerprints(engine.ports, own, {}, {}),
        input: '{}',
      },
      async (operation) => {
        await operation.transact('begin', () => Promise.resolve(1));
        throw new Error('the holder dies');
      },
    )
    .catch(() => undefined);
  return key;
}

const inTurn = async <T>(count: number, make: () => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(await make());
  return made;
};
const recordOf = (key: string) => services.database.idempotencyRecord.findFirstOrThrow({ where: { key } });
const statesOf = async (keys: readonly string[]) =>
  new Set(await Promise.all(keys.map(async (key) => (await recordOf(key)).state)));

const healthy: Resumable = { policy, resume: (operation) => operation.settle(() => Promise.resolve('done')) };

/** A completer as a worker has it, looking again and again until the test is over. */
function keepCompleting(known: Resumables, options: { capacity?: number; patienceMs?: number } = {}) {
  const completer = new Completer({ ...shop.services(), known, ...options });
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await completer.begin();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  })();
  return async () => {
    stop.abort();
    await looking;
    await completer.idle();
  };
}

describe('a poisonous operation stops no other', () => {
  test('that always throws: the healthy ones are done at once, it is tried ever more rarely, and ends stuck', async () => {
    const tries = new Map<string, number[]>();
    const known: Resumables = {
      'test.healthy': healthy,
      'test.poison': {
        policy,
        resume: (operation) => {
          const at = tries.get(operation.id) ?? [];
          tries.set(operation.id, [...at, performance.now()]);
          throw new Error('poison');
        },
      },
    };
    // Older than the healthy ones, and more than there are places.
    const poison = await inTurn(15, () => broken('test.poison'));
    const well = await inTurn(30, () => broken('test.healthy'));
    const stops = [keepCompleting(known), keepCompleting(known)];
    await waitFor(async () => (await statesOf(well)).size === 1 && (await statesOf(well)).has('succeeded'));
    // None of them had to wait for a poisonous one to be given up.
    expect(await statesOf(poison)).not.toContain('stuck');

    await waitFor(async () => {
      const states = await statesOf(poison);
      return states.size === 1 && states.has('stuck');
    });
    await Promise.all(stops.map((stop) => stop()));
    expect(tries.size).toBe(15);
    for (const at of tries.values()) {
      expect(at).toHaveLength(policy.maxTries);
      const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      // Doubled each time: after the takeover number n, base · 2ⁿ.
      for (const [index, pause] of pauses.entries())
        expect(pause).toBeGreaterThanOrEqual(policy.backoffBaseMs * 2 ** (index + 1) - 5);
    }
  });

  test('that hangs: it keeps no place for long, and the healthy ones are done meanwhile', async () => {
    const known: Resumables = {
      'test.healthy': healthy,
      'test.hangs': { policy, resume: () => new Promise(() => undefined) },
    };
    await inTurn(4, () => broken('test.hangs', { renewalDeadlineMs: 200 }));
    const well = await inTurn(20, () => broken('test.healthy'));
    // All places go to those that hang.
    const stop = keepCompleting(known, { capacity: 4, patienceMs: 300 });
    await waitFor(async () => (await statesOf(well)).size === 1 && (await statesOf(well)).has('succeeded'));
    await stop();
  });

  test('of a procedure or a version that this worker doesn’t know: it is left alone, and hides nothing', async () => {
    const strange = await inTurn(12, () => broken('test.strange'));
    const newer = await inTurn(12, () => broken('test.known', { version: policy.version + 1 }));
    const well = await broken('test.known');
    const completer = new Completer({ ...services, known: { 'test.known': healthy } });
    expect(await completer.runOnce()).toBe(1);
    expect((await recordOf(well)).state).toBe('succeeded');
    expect(await statesOf([...strange, ...newer])).toEqual(new Set(['running']));
    expect((await Promise.all([...strange, ...newer].map(recordOf))).every(({ tries }) => tries === 0)).toBe(
      true,
    );
  });
});

describe('several workers', () => {
  test('3 workers, 30 purchases whose answers were lost: each is finished once, with one charge', async () => {
    // Half of the confirms arrived and their answers were lost, half never arrived.
    let confirms = 0;
    const losing = await startProviderProxy(shop.providerUrl, async ({ request, forward }) => {
      const isConfirm = request.path.endsWith('/confirm');
      if (!isConfirm || confirms++ % 2 === 0) await forward();
      return isConfirm ? 'lost' : 'delivered';
    });
    const node = shop.node({ STRIPE_API_BASE: losing.url });
    const keys = await inTurn(30, async () => {
      const customer = new TestCustomer();
      const checkout = await customer.checkOut(node);
      const key = makeKey();
      const lost = await customer.placeOrder(
        node,
        checkout,
        `pm_card_visa_${customer.customerId.slice(-6)}`,
        key,
      );
      expect(lost.error?.code).toBe('OUTCOME_UNKNOWN');
      return key;
    });
    const workers = [shop.services(), shop.services(), shop.services()];
    const completers = workers.map(
      (worker) => new Completer({ ...worker, known: resumables(worker.payments) }),
    );
    await waitFor(async () => {
      await Promise.all(completers.map((completer) => completer.runOnce()));
      return (await statesOf(keys)).size === 1 && (await statesOf(keys)).has('succeeded');
    });
    await losing.close();

    const { database } = services;
    const records = await Promise.all(keys.map(recordOf));
    const operationIds = records.map(({ operationId }) => operationId);
    const orders = await database.order.findMany({
      where: { operationId: { in: operationIds } },
      include: { payment: true },
    });
    expect(orders).toHaveLength(30);
    const { charges } = await shop.provider.ledger();
    for (const { status, payment, totalMinor, operationId } of orders) {
      expect(status).toBe('paid');
      const theirs = charges.filter((charge) => charge.payment_intent === payment?.paymentIntentId);
      expect(theirs).toMatchObject([{ status: 'succeeded', amount: totalMinor }]);
      expect(await database.outboxMessage.count({ where: { operationId } })).toBe(1);
    }
    // Every settlement was counted by the worker that made it.
    expect(await Promise.all(workers.map(settledBy)).then((counts) => counts.reduce((a, b) => a + b))).toBe(
      30,
    );
    expect((await Promise.all(workers.map(settledBy))).filter((count) => count > 0).length).toBeGreaterThan(
      1,
    );
  });
});

async function settledBy({ metrics }: Services): Promise<number> {
  const metric = (await metrics.registry.getMetricsAsJSON()).find(({ name }) =>
    name.endsWith('settled_total'),
  );
  const values = (metric?.values ?? []) as { value: number }[];
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** Polls an observable state; the limit is the test's. */
async function waitFor(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 25));
}
