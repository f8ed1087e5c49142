import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { connect, type Tx } from '../src/database/database.ts';
import {
  Engine,
  fingerprints,
  nodePorts,
  parseKey,
  ReplayCache,
  type Call,
  type Store,
} from '../src/idempotency/index.ts';
import { PrismaStore } from '../src/idempotency/prisma/index.ts';
import { placeOrderPolicy as policy } from '../src/shop/checkout/place-order.ts';
import { ensureGenerated, startPostgres } from '../stack/index.ts';

/**
 * What the replay cache saves: the same replays with it and without it, in turns, in one run, on a real
 * Postgres. The time of one side says little on a shared machine; the ratio and the store's calls do.
 */
const KEYS = 50;
const ROUNDS = 40;

await ensureGenerated();
const dataDir = await mkdtemp(join(tmpdir(), 'bench-'));
const postgres = await startPostgres({ dataDir, seeded: true });
const client = connect({ url: postgres.process.appUrl, applicationName: 'bench', poolSize: 4 });
try {
  await run();
} finally {
  await client.$disconnect();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const without = side();
  const withCache = side(new ReplayCache({ maxBytes: 16 * 1024 * 1024 }));
  const calls = Array.from({ length: KEYS }, callWithNewKey);
  for (const call of calls)
    await without.engine.run(call, (operation) =>
      operation.settle(() => Promise.resolve({ orderId: 'ord_1', status: 'paid', totalMinor: 4_900 })),
    );
  // The first replay fills the cache, and warms both sides.
  for (const { engine } of [without, withCache]) for (const call of calls) await replay(engine, call);
  for (const each of [without, withCache]) each.reset();
  for (let round = 0; round < ROUNDS; round++)
    for (const each of round % 2 === 0 ? [without, withCache] : [withCache, without])
      await each.measure(async () => {
        for (const call of calls) await replay(each.engine, call);
      });

  const replays = KEYS * ROUNDS;
  const perReplay = ({ wallMs, cpuMs, calls }: typeof without.total) => ({
    'wall µs': Math.round((wallMs * 1_000) / replays),
    'CPU µs (this process)': Math.round((cpuMs * 1_000) / replays),
    'round trips': calls / replays,
  });
  console.log(`${replays} replays on each side, ${KEYS} keys, in turns of ${KEYS}`);
  console.table({ 'without cache': perReplay(without.total), 'with cache': perReplay(withCache.total) });
  console.log(
    `ratio: wall ${(without.total.wallMs / withCache.total.wallMs).toFixed(0)} x, ` +
      `CPU ${(without.total.cpuMs / withCache.total.cpuMs).toFixed(0)} x`,
  );
}

async function replay(engine: Engine<Tx>, call: Call): Promise<void> {
  const settled = await engine.run(call, (operation) =>
    operation.settle(() => Promise.reject(new Error('executed again'))),
  );
  if (!settled.replayed) throw new Error('not a replay');
}

function side(replayCache?: ReplayCache) {
  const total = { wallMs: 0, cpuMs: 0, calls: 0 };
  const store = new PrismaStore<Tx>({
    client,
    leaseClient: client,
    maxWaitMs: 5_000,
    transactionTimeoutMs: 8_000,
  });
  const engine = new Engine<Tx>({
    store: counted(store, total),
    ports: nodePorts,
    ...(replayCache && { replayCache }),
  });
  const measure = async (work: () => Promise<void>) => {
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await work();
    total.wallMs += performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    total.cpuMs += (user + system) / 1_000;
  };
  const reset = () => Object.assign(total, { wallMs: 0, cpuMs: 0, calls: 0 });
  return { engine, total, measure, reset };
}

/** Counts what goes to the server and back: BEGIN, each statement, COMMIT or ROLLBACK. */
function counted(store: Store<Tx>, total: { calls: number }): Store<Tx> {
  return new Proxy(store, {
    get(target, name: keyof Store<Tx>) {
      if (name === 'transaction') {
        const transaction: Store<Tx>['transaction'] = (work) => {
          total.calls += 2;
          return target.transaction((session) => {
            total.calls += 1;
            return work(session);
          });
        };
        return transaction;
      }
      if (name === 'read') total.calls += 1;
      return target[name].bind(target);
    },
  });
}

function callWithNewKey(): Call {
  const input = { checkoutId: 'chk_bench', version: 1, paymentMethod: 'pm_card_visa' };
  return {
    key: parseKey(uuidv7()),
    scope: 'customer-bench',
    principal: 'customer-bench',
    procedure: 'checkout.placeOrder',
    policy,
    fingerprints: fingerprints(nodePorts, policy, input, input),
    input: JSON.stringify(input),
  };
}
