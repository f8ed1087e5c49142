import { describe, expect, test } from 'vitest';
import type { Intent } from '../final-state.ts';
import { acknowledged, refused } from '../testing/answers.ts';
import type { PlacedOrder } from '../history/value.ts';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf, theRow } from '../testing/verdict-of.ts';

const NAME = 'same-key-same-bytes';

test('finds a replay with other bytes', () => {
  const run = new HandMade();
  const ada = run.intent('ada1');
  const order = run.buy(ada);
  run.attempt(ada, acknowledged({ ...order, totalMinor: 1 }, true));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'invalid', violations: [{ kind: 'answers-differ' }] });
});

test('finds a refusal after an acknowledgement', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1');
      run.buy(zed);
      run.attempt(zed, refused('CARD_DECLINED', 402, true));
    }),
  ).toEqual(['invalid', 'answers-differ']);
});

test('finds a replay that does not say so', () => {
  expect(
    afterBreaking(NAME, (run) => {
      const zed = run.intent('zed1');
      run.attempt(zed, acknowledged(run.buy(zed)));
    }),
  ).toEqual(['invalid', 'replay-not-marked']);
});

test('finds a stored outcome that is not what was acknowledged', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      theRow(state.database.records, ({ key }) => key === 'key-ada1').outcome = '{"orderId":"order-99"}';
    }),
  ).toEqual(['invalid', 'stored-outcome-differs']);
});

test.each(['orderId', 'reference'] as const)('finds a stored outcome with another %s', (what) => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      const record = theRow(state.database.records, ({ key }) => key === 'key-ada1');
      const outcome = JSON.parse(record.outcome ?? '{}') as Record<string, string>;
      record.outcome = JSON.stringify({ ...outcome, [what]: 'another' });
    }),
  ).toEqual(['invalid', 'stored-outcome-differs']);
});

test('finds an acknowledged key without its record', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      state.database.records = state.database.records.filter(({ key }) => key !== 'key-bob1');
    }),
  ).toEqual(['invalid', 'record-missing']);
});

test('holds replayed refusals to their bytes, and leaves waiting alone', () => {
  const run = new HandMade();
  const dan = run.intent('dan1', ['declining-card']);
  run.attempt(dan, { ...refused('OPERATION_IN_PROGRESS', 409), type: 'info' });
  run.decline(dan);
  run.attempt(dan, refused('CARD_DECLINED', 402, true));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
});

test('lets two customers have the same key', () => {
  expect(afterBreaking(NAME, (run) => void run.buy(run.intent('zed1'), { key: 'key-ada1' }))).toEqual([
    'valid',
  ]);
});

describe('across a deployment', () => {
  const inNextForm = (order: PlacedOrder) => ({ ...order, giftWrapped: false });

  /** Ada has her answer from web-1, and web-2 is replaced by the next release. */
  function afterRedeploying(): { run: HandMade; ada: Intent; order: PlacedOrder } {
    const run = new HandMade();
    run.phase('workload');
    const ada = run.intent('ada1');
    const order = run.buy(ada, { to: 'web-1' });
    run.wait(1);
    run.fault('inject', 'redeploy', 'web-2');
    run.wait(1_000);
    run.fault('heal', 'redeploy', 'web-2');
    run.wait(1);
    return { run, ada, order };
  }

  test('lets each release give the same order in its own form, to the byte', () => {
    const { run, ada, order } = afterRedeploying();
    run.attempt(ada, acknowledged(inNextForm(order), true), { to: 'web-2' });
    run.replay(ada, order, { to: 'web-1' });
    run.attempt(ada, acknowledged(inNextForm(order), true), { to: 'web-2' });
    expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid', premise: 1 });
  });

  test('finds another order in the next release’s form', () => {
    const { run, ada, order } = afterRedeploying();
    run.attempt(ada, acknowledged({ ...inNextForm(order), totalMinor: 1 }, true), { to: 'web-2' });
    expect(kindsOf(run)).toEqual(['answers-differ']);
  });

  test('finds a next form that tells what nobody asked for, or leaves something out', () => {
    for (const change of [{ giftWrapped: true }, { reference: undefined }, { more: 1 }]) {
      const { run, ada, order } = afterRedeploying();
      const told = { ...inNextForm(order), ...change } as PlacedOrder;
      run.attempt(ada, acknowledged(told, true), { to: 'web-2' });
      expect(kindsOf(run)).toEqual(['answers-differ']);
    }
  });

  test('finds two answers of the next release that differ in a byte', () => {
    const { run, ada, order } = afterRedeploying();
    run.attempt(ada, acknowledged(inNextForm(order), true), { to: 'web-2' });
    const otherwise = { giftWrapped: false, ...order } as PlacedOrder;
    run.attempt(ada, acknowledged(otherwise, true), { to: 'web-2' });
    expect(kindsOf(run)).toEqual(['answers-differ']);
  });

  test('finds an old record given as it is by the next release, and a new form by the first', () => {
    const asItIs = afterRedeploying();
    asItIs.run.replay(asItIs.ada, asItIs.order, { to: 'web-2' });
    expect(kindsOf(asItIs.run)).toEqual(['another-releases-form']);

    const tooNew = afterRedeploying();
    tooNew.run.attempt(tooNew.ada, acknowledged(inNextForm(tooNew.order), true), { to: 'web-1' });
    expect(kindsOf(tooNew.run)).toEqual(['another-releases-form']);
  });

  test('knows nodes by their addresses', () => {
    const run = new HandMade();
    run.phase('workload', { nodes: { '127.0.0.1:1001': 'web-1' } });
    run.fault('inject', 'redeploy', 'web-1');
    run.fault('heal', 'redeploy', 'web-1');
    run.wait(1);
    run.buy(run.intent('ada1'), { to: '127.0.0.1:1001' });
    expect(kindsOf(run)).toEqual(['another-releases-form']);
  });

  test('takes either form while a node is being replaced, from nobody knows where, and while healing', () => {
    const { run, order, ada } = afterRedeploying();
    run.fault('inject', 'redeploy', 'web-3');
    run.replay(ada, order, { to: 'web-3' });
    run.attempt(ada, acknowledged(inNextForm(order), true), { to: 'web-3' });
    run.fault('heal', 'redeploy', 'web-3');
    run.attempt(ada, acknowledged(inNextForm(order), true));
    run.phase('healing');
    run.attempt(ada, acknowledged(inNextForm(order), true), { to: 'web-1' });
    expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid' });
  });

  test('finds a second form where there was no deployment', () => {
    const run = new HandMade();
    const ada = run.intent('ada1');
    const order = run.buy(ada);
    run.attempt(ada, acknowledged(inNextForm(order), true));
    expect(kindsOf(run)).toEqual(['another-releases-form']);
  });

  test('holds refusals to their bytes across it', () => {
    const { run } = afterRedeploying();
    const dan = run.intent('dan1', ['declining-card']);
    run.decline(dan, { to: 'web-1' });
    run.attempt(dan, refused('CARD_DECLINED', 402, true), { to: 'web-2' });
    expect(reportOf(NAME, run)).toMatchObject({ verdict: 'valid' });
    run.attempt(dan, refused('INSUFFICIENT_FUNDS', 402, true), { to: 'web-2' });
    expect(kindsOf(run)).toEqual(['answers-differ']);
  });
});

function kindsOf(run: HandMade): (string | undefined)[] {
  return reportOf(NAME, run).violations.map(({ kind }) => kind);
}
