import { describe, expect, test } from 'vitest';
import {
  CommitUnknown,
  Engine,
  fingerprints,
  IdempotencyError,
  parseKey,
  type Operation,
} from '../core/index.ts';
import { nodePorts } from '../node-ports.ts';
import { testPolicy } from './contract-bench.ts';
import { makeKey } from './keys.ts';
import { MemoryStore, type MemoryStoreOptions, type MemoryTx } from './memory-store.ts';
import { retentionContract } from './retention-contract.ts';
import { storeContract } from './store-contract.ts';

const setUp = () => {
  const store = new MemoryStore();
  return Promise.resolve({
    store,
    write: (tx: MemoryTx, name: string, value: string) => {
      tx.put(name, value);
      return Promise.resolve();
    },
    committed: (name: string) => Promise.resolve((store.value(name) as string | undefined) ?? null),
  });
};

storeContract('the memory store', setUp);

retentionContract('the memory store', () => {
  const store = new MemoryStore();
  return Promise.resolve({
    store,
    retention: store,
    another: () => store,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

/** One error text stands for opposite outcomes. */
describe('hazards 25, 48: an ambiguous COMMIT', () => {
  type Commit = NonNullable<MemoryStoreOptions['commit']>;

  async function runWith(commits: Record<number, Commit>) {
    let count = 0;
    const store = new MemoryStore({
      commit: async (apply) => {
        const commit = commits[++count];
        if (commit) return commit(apply);
        apply();
      },
    });
    const engine = new Engine<MemoryTx>({ store, ports: nodePorts });
    const key = makeKey();
    const body = { n: 1 };
    const call = {
      key: parseKey(key),
      scope: 'c',
      principal: 'c',
      procedure: 'p',
      policy: testPolicy,
      fingerprints: fingerprints(nodePorts, testPolicy, body, body),
      input: '{}',
    };
    const charges: string[] = [];
    const settled = await engine
      .run(call, async (operation: Operation<MemoryTx>) => {
        const order = await operation.transact('reserve', (tx) => {
          tx.put('orders', Number(tx.get('orders') ?? 0) + 1);
          return Promise.resolve('order');
        });
        await operation.remote('charge', ({ key: chargeKey }) => Promise.resolve(charges.push(chargeKey)));
        return operation.settle((tx) => {
          tx.put('paid', Number(tx.get('paid') ?? 0) + 1);
          return Promise.resolve(order);
        });
      })
      .catch((error: unknown) => error);
    return {
      settled,
      charges,
      orders: store.value('orders'),
      paid: store.value('paid'),
      records: store.records(),
    };
  }

  const lost: Commit = (apply) => {
    apply();
    throw new CommitUnknown('committed, answer lost');
  };
  const aborted: Commit = () => {
    throw new CommitUnknown('not committed, answer lost');
  };
  const late: Commit = (apply) => {
    const release = nodePorts.sleep(50).then(apply);
    throw Object.assign(new CommitUnknown('committed later'), { release });
  };

  test.each([
    ['claim: committed', { 1: lost }],
    ['claim: aborted', { 1: aborted }],
    ['claim: committed later', { 1: late }],
    ['settle: committed', { 2: lost }],
    ['settle: aborted', { 2: aborted }],
    ['settle: committed later', { 2: late }],
    ['both, differently', { 1: late, 2: aborted, 3: lost }],
  ])('%s: one order, one charge, paid once', async (_, commits) => {
    const { settled, charges, orders, paid, records } = await runWith(commits);
    expect(settled).toMatchObject({ outcome: { kind: 'succeeded', text: '"order"' } });
    expect({ charges: charges.length, orders, paid }).toEqual({ charges: 1, orders: 1, paid: 1 });
    // Resolved by its own holder, not by waiting for its own lease to run out.
    expect(records).toMatchObject([{ fence: 1, tries: 0 }]);
  });

  test('that stays unknown is answered as indefinite', async () => {
    const always = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index + 1, aborted]));
    const { settled } = await runWith(always);
    expect(settled).toBeInstanceOf(IdempotencyError);
    expect(settled).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
