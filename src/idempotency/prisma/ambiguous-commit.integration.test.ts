import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../testing/index.ts';
import type { RawClient, TransactionalClient } from './index.ts';
import { callWith, PostgresBench } from './testing/postgres-bench.ts';
import type { TestClient } from './testing/test-database.ts';

/** What becomes of a COMMIT whose answer is lost. */
type Fate = 'committed' | 'aborted' | 'late';

const APPLICATION_NAME = 'ambiguous-commit';

let bench: PostgresBench;
let client: TestClient;
beforeAll(async () => {
  bench = await PostgresBench.open();
  client = await bench.database.connect({ applicationName: APPLICATION_NAME });
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A client that loses the answers of the given COMMITs, by count. */
function losing(fates: Record<number, Fate>): {
  client: TransactionalClient<RawClient>;
  commitLate: () => void;
} {
  const late = Promise.withResolvers<void>();
  let count = 0;
  const losingClient: TransactionalClient<RawClient> = {
    $queryRawUnsafe: (query, ...values) => client.$queryRawUnsafe(query, ...values),
    $executeRawUnsafe: (query, ...values) => client.$executeRawUnsafe(query, ...values),
    async $transaction(work, options) {
      const fate = fates[++count];
      if (fate === undefined) return client.$transaction(work, options);
      const worked = Promise.withResolvers<void>();
      const ended = client
        .$transaction(async (tx) => {
          const result = await work(tx);
          worked.resolve();
          // As a backend that died inside COMMIT does, or one whose COMMIT is still on its way.
          if (fate === 'aborted') throw new Error('the backend is gone');
          if (fate === 'late') await late.promise;
          return result;
        }, options)
        .catch(() => undefined);
      await (fate === 'late' ? worked.promise : ended);
      throw new Error('Connection terminated unexpectedly');
    },
  };
  return {
    client: losingClient,
    commitLate: () => {
      late.resolve();
    },
  };
}

describe('hazards 25, 48: a COMMIT without an answer', () => {
  test.each<[string, Record<number, Fate>]>([
    ['claim committed', { 1: 'committed' }],
    ['claim aborted', { 1: 'aborted' }],
    ['claim committed later', { 1: 'late' }],
    ['settle committed', { 2: 'committed' }],
    ['settle aborted', { 2: 'aborted' }],
    ['settle committed later', { 2: 'late' }],
    ['both, differently', { 1: 'committed', 2: 'aborted' }],
  ])('%s: every effect happens once', async (_, fates) => {
    const lossy = losing(fates);
    const name = makeKey();
    const call = callWith();
    let charges = 0;
    const running = bench.engine(lossy.client).run(call, async (operation) => {
      await operation.transact('reserve', (tx) => bench.write(tx, `${name}-reserve`, 'x'));
      await operation.remote('charge', () => Promise.resolve(++charges));
      return operation.settle((tx) => bench.write(tx, `${name}-settle`, 'x'));
    });
    // The late one commits once somebody queues behind it: whoever only looked would not have seen it.
    const isLate = Object.values(fates).includes('late');
    if (isLate) await bench.untilBlocked(APPLICATION_NAME, 1, running);
    lossy.commitLate();
    expect((await running).outcome.kind).toBe('succeeded');
    expect(charges).toBe(1);
    expect(await bench.committed(`${name}-reserve`)).toMatchObject({ writes: 1 });
    expect(await bench.committed(`${name}-settle`)).toMatchObject({ writes: 1 });
    // By its own holder, not by one that took over.
    const { record } = await bench.store().read({ ...call, key: keyOf(call) });
    expect(record).toMatchObject({ fence: 1, tries: 0 });
  });
});

function keyOf({ key }: ReturnType<typeof callWith>): string {
  return key.kind === 'valid' ? key.key : '';
}
