import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey, storeContract, testPolicy } from '../testing/index.ts';
import { callWith, PostgresBench } from './testing/postgres-bench.ts';

let bench: PostgresBench;
beforeAll(async () => {
  bench = await PostgresBench.open();
});
afterAll(() => bench[Symbol.asyncDispose]());

const setUp = () => Promise.resolve(bench.underTest());

storeContract('the Prisma store', setUp);

test('hazard 52: an SQL error that the application swallowed is no success', async () => {
  const settled = await bench
    .engine()
    .run(callWith(), (operation) =>
      operation.settle(async (tx) => {
        await tx.$queryRawUnsafe('SELECT 1 / 0').catch(() => undefined);
        return 'looks fine';
      }),
    )
    .catch((error: unknown) => error);
  expect(settled).toMatchObject({ code: 'INTERNAL' });
});

test('a key whose day has no partition can’t be claimed', async () => {
  // The first partitions begin four days back; the window is widened to get past them.
  const policy = { ...testPolicy, windowBackMs: 40 * 24 * 3_600_000 };
  const idempotencyKey = makeKey(Date.now() - 30 * 24 * 3_600_000);
  const refused = await bench
    .engine()
    .run(callWith({ idempotencyKey, policy }), (operation) =>
      operation.settle(() => Promise.resolve('executed')),
    )
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
