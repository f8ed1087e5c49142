import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IdempotencyError, type Operation } from '../index.ts';
import { makeKey, testPolicy } from '../testing/index.ts';
import type { RawClient } from './index.ts';
import { callWith, PostgresBench } from './testing/postgres-bench.ts';
import { testLimits } from './testing/test-database.ts';

/** Longer than any wait that has an end, shorter than one that has none. */
const BOUNDED_MS = 5_000;

let bench: PostgresBench;
beforeAll(async () => {
  bench = await PostgresBench.open();
});
afterAll(() => bench[Symbol.asyncDispose]());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof IdempotencyError ? error.code : error),
  );

const settleWith = (name: string, value: string) => (operation: Operation<RawClient>) =>
  operation.settle(async (tx) => {
    await bench.write(tx, name, value);
    return value;
  });

/** How long something took, in milliseconds. */
async function timed<R>(work: () => Promise<R>): Promise<{ result: R; tookMs: number }> {
  const startedMs = performance.now();
  const result = await work();
  return { result, tookMs: performance.now() - startedMs };
}

/** A way to the database that can be cut so that nobody notices: everything is accepted, nothing arrives. */
async function blackHole(url: string) {
  const { hostname, port } = new URL(url);
  let isOpen = true;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => isOpen && to.write(data));
      from.on('error', () => undefined);
      from.on('close', () => isOpen && to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    cut: () => {
      isOpen = false;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('hazard 12: a database that accepts everything and answers nothing is an answer, in time', async () => {
  await using hole = await blackHole(bench.database.url);
  hole.cut();
  const limits = { connectionTimeoutMs: 300, queryTimeoutMs: 300 };
  const cutOff = await bench.database.connect({ url: hole.url, limits });
  const call = callWith();
  const name = makeKey();
  const { result, tookMs } = await timed(() =>
    codeOf(bench.engine(cutOff).run(call, settleWith(name, 'executed'))),
  );
  expect(result).toBe('STORE_UNAVAILABLE');
  expect(tookMs).toBeLessThan(BOUNDED_MS);
  expect(await bench.committed(name)).toBeNull();
  expect((await bench.engine().inquire(call)).state).toBe('not_seen');
});

test('hazard 12: so is one that falls silent in the middle, and another node goes on', async () => {
  await using hole = await blackHole(bench.database.url);
  const limits = { connectionTimeoutMs: 300, queryTimeoutMs: 300 };
  const cutOff = await bench.database.connect({ url: hole.url, limits });
  const call = callWith();
  const name = makeKey();
  const keys: string[] = [];
  const buy = (cut: () => void) => async (operation: Operation<RawClient>) => {
    await operation.transact('reserve', () => Promise.resolve(1));
    await operation.remote('charge', ({ key }) => Promise.resolve(keys.push(key)));
    return operation.settle(async (tx) => {
      cut();
      await bench.write(tx, name, 'bought');
      return 'bought';
    });
  };
  const { result, tookMs } = await timed(() => codeOf(bench.engine(cutOff).run(call, buy(hole.cut))));
  expect(result).toBe('STORE_UNAVAILABLE');
  expect(tookMs).toBeLessThan(BOUNDED_MS);
  expect(await bench.committed(name)).toBeNull();
  await bench.engine().run(
    call,
    buy(() => undefined),
  );
  expect(await bench.committed(name)).toEqual({ value: 'bought', writes: 1 });
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test('hazard 20: nested calls that find no connection left end in time, and nothing is half done', async () => {
  const applicationName = 'small-pool';
  const small = await bench.database.connect({
    applicationName,
    poolSize: 2,
    limits: { connectionTimeoutMs: 300 },
  });
  const engine = bench.engine(small);
  const names = [makeKey(), makeKey()];
  const inner = names.map(() => callWith({ procedure: 'test.ship' }));
  const inside = Promise.withResolvers<void>();
  let count = 0;
  const { result, tookMs } = await timed(() =>
    Promise.all(
      names.map((name, index) =>
        engine.run(callWith(), (operation) =>
          operation.settle(async (tx) => {
            await bench.write(tx, name, 'outer');
            // Both have their connection; a nested call needs one more.
            if (++count === names.length) inside.resolve();
            await inside.promise;
            return codeOf(engine.run(inner[index] ?? callWith(), settleWith(`${name}-inner`, 'inner')));
          }),
        ),
      ),
    ),
  );
  expect(tookMs).toBeLessThan(BOUNDED_MS);
  expect(result.map(({ outcome }) => outcome)).toEqual(
    names.map(() => ({ kind: 'succeeded', text: '"STORE_UNAVAILABLE"' })),
  );
  for (const [index, name] of names.entries()) {
    expect(await bench.committed(name)).toEqual({ value: 'outer', writes: 1 });
    expect(await bench.committed(`${name}-inner`)).toBeNull();
    await engine.run(inner[index] ?? callWith(), settleWith(`${name}-inner`, 'inner'));
    expect(await bench.committed(`${name}-inner`)).toEqual({ value: 'inner', writes: 1 });
  }
});

test.each([
  ['commits', { fails: false, answer: 'winner' }],
  ['rolls back', { fails: true, answer: 'loser' }],
])(
  'hazards 32, 46: losers that wait at the index behind an open claim that %s',
  async (_, { fails, answer }) => {
    const applicationName = `losers-${answer}`;
    const [first, second] = [
      await bench.database.connect({ applicationName }),
      await bench.database.connect({ applicationName }),
    ];
    const call = callWith();
    const name = makeKey();
    const open = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const winner = codeOf(
      bench.engine().run(call, (operation) =>
        operation.settle(async (tx) => {
          await bench.write(tx, name, 'winner');
          open.resolve();
          await finish.promise;
          if (fails) throw new Error('the winner fails');
          return 'winner';
        }),
      ),
    );
    await open.promise;
    const losers = Promise.all(
      [first, second].map((client) => bench.engine(client).run(call, settleWith(name, 'loser'))),
    );
    await bench.untilBlocked(applicationName, 2, losers);
    finish.resolve();
    const settled = await losers;
    expect(await winner).toBe(fails ? 'INTERNAL' : 'resolved');
    // The statement that waited saw neither: the one after it does.
    for (const { outcome } of settled)
      expect(outcome).toEqual({ kind: 'succeeded', text: JSON.stringify(answer) });
    expect(await bench.committed(name)).toEqual({ value: answer, writes: 1 });
  },
);

test('hazard 47: a holder that is paused inside its transaction doesn’t hold its key for long', async () => {
  const paused = await bench.database.connect({ limits: { idleInTransactionTimeoutMs: 300 } });
  const call = callWith({ policy: { ...testPolicy, joinMs: BOUNDED_MS } });
  const name = makeKey();
  const inside = Promise.withResolvers<void>();
  const wake = Promise.withResolvers<void>();
  const holder = codeOf(
    bench.engine(paused).run(call, (operation) =>
      operation.settle(async (tx) => {
        await bench.write(tx, name, 'paused');
        inside.resolve();
        await wake.promise;
        return 'paused';
      }),
    ),
  );
  await inside.promise;
  const { result, tookMs } = await timed(() => bench.engine().run(call, settleWith(name, 'other')));
  expect(tookMs).toBeLessThan(testLimits.lockTimeoutMs);
  expect(result.outcome).toMatchObject({ text: '"other"' });
  wake.resolve();
  expect(await holder).toBe('STORE_UNAVAILABLE');
  expect(await bench.committed(name)).toEqual({ value: 'other', writes: 1 });
});

test('hazard 51: a query that timed out takes its connection and its open transaction with it', async () => {
  const single = await bench.database.connect({ poolSize: 1, limits: { queryTimeoutMs: 300 } });
  const name = makeKey();
  const failed = single
    .$transaction(
      async (tx) => {
        await bench.write(tx, name, 'must vanish');
        // The server would wait longer than its client does.
        await tx.$executeRawUnsafe(`SELECT pg_sleep(${testLimits.statementTimeoutMs / 2_000})`);
      },
      { maxWait: 5_000, timeout: 60_000 },
    )
    .then(
      () => 'resolved',
      () => 'rejected',
    );
  expect(await failed).toBe('rejected');
  await single.$transaction((tx) => bench.write(tx, `${name}-next`, 'stays'), {
    maxWait: 5_000,
    timeout: 5_000,
  });
  expect(await bench.committed(name)).toBeNull();
  expect(await bench.committed(`${name}-next`)).toMatchObject({ value: 'stays' });
});

test('every session runs with its limits, at READ COMMITTED', async () => {
  const client = await bench.database.connect({ limits: { lockTimeoutMs: 1_234 } });
  const shown = await client.$queryRawUnsafe(
    `SELECT name, setting FROM pg_settings WHERE name IN ('default_transaction_isolation', 'lock_timeout',
       'statement_timeout', 'idle_in_transaction_session_timeout', 'tcp_user_timeout') ORDER BY name`,
  );
  expect(shown).toEqual([
    { name: 'default_transaction_isolation', setting: 'read committed' },
    {
      name: 'idle_in_transaction_session_timeout',
      setting: String(testLimits.idleInTransactionTimeoutMs),
    },
    { name: 'lock_timeout', setting: '1234' },
    { name: 'statement_timeout', setting: String(testLimits.statementTimeoutMs) },
    { name: 'tcp_user_timeout', setting: String(testLimits.tcpUserTimeoutMs) },
  ]);
});
