import { expect, test } from 'vitest';
import { CHECKER_NAMES } from '../checkers/name.ts';
import { HistoryRecorder } from '../history/recorder.ts';
import { judge } from '../verdict.ts';
import { benchOf } from './app-bench.ts';
import { askOf, finalStateOf, newRows, orderOf } from './app-values.ts';
import type { LedgerRows } from './app.ts';
import { drawApp } from './draw-app.ts';
import { describedApp } from './testing/app.ts';

const app = describedApp();
const [intent] = drawApp(app, 'bench', { appFile: '/my-app.ts', allowRemote: false }).intents;
if (intent === undefined) throw new Error('nobody buys');
const { nonce, customer } = intent;

/** One purchase, asked twice under one key and answered twice, before the second and after healing. */
function judged(rows: LedgerRows, { replayed = true, sameBytes = true } = {}, isReplay = true) {
  const marked = isReplay ? describedApp({ workload: { ...app.workload, isReplay: () => true } }) : app;
  const history = new HistoryRecorder(null);
  const ask = askOf(intent as NonNullable<typeof intent>, app);
  const attempt = (number: number, hash: string) => {
    const sent = history.invoke({
      process: customer,
      f: 'placeOrder',
      key: 'key',
      intent: nonce,
      attempt: number,
      payloadHash: 'x',
      value: ask,
    });
    history.complete(sent, {
      type: 'ok',
      value: orderOf({ says: 'ok', id: 'order-1' }, ask),
      response: { httpStatus: 201, bodyHash: hash, replayed: number > 1 && replayed },
    });
  };
  attempt(1, 'a');
  history.phase('healed');
  attempt(2, sameBytes ? 'a' : 'b');
  const facts = {
    limits: { attemptMs: 1_000, callMs: 1_000, attemptsPerCall: 8, settleMs: 1_000 },
    settledAfterMs: 1,
    harnessStallMs: 0,
    twoEqualReads: true,
  };
  const beside = { app, intents: [intent as NonNullable<typeof intent>], evidence: {}, facts, readAtMs: 0 };
  const report = judge({
    name: 'app',
    bench: benchOf(marked, { hasCharges: rows.charges !== undefined }),
    history: history.events,
    state: finalStateOf(rows, beside),
    exercises: [],
    requiredEvidence: [],
    control: 'not-asked',
    planted: null,
    trouble: [],
    durationMs: 1,
    historyPath: null,
  });
  return {
    verdict: report.verdict,
    found: report.violations.map(({ checker, kind }) => `${checker}/${kind}`),
    report,
  };
}

const ORDER = { nonce, id: 'order-1' };
const CHARGE = { nonce, id: 'charge-1' };

test('one effect, one charge: valid; each checker is asked, or it is said why not', () => {
  const { verdict, report } = judged({ effects: [ORDER], charges: [CHARGE] });
  expect(verdict).toBe('valid');
  expect(report.checkers.map(({ checker }) => checker).toSorted()).toEqual([...CHECKER_NAMES].toSorted());
  expect(report.checkers.filter(({ reason }) => reason === null)).toHaveLength(8);
});

test('without charges nobody is asked about them', () => {
  const { verdict, report } = judged({ effects: [ORDER] });
  expect(verdict).toBe('valid');
  expect(report.checkers.find(({ checker }) => checker === 'one-capture-per-intent')?.reason).toContain(
    'no charges',
  );
});

test.each<[string, LedgerRows, string]>([
  [
    'a second effect',
    { effects: [ORDER, { nonce, id: 'order-2' }] },
    'one-order-per-intent/second-paid-order',
  ],
  [
    'an effect of nobody’s',
    { effects: [ORDER, { nonce: 'nobody', id: 'order-2' }] },
    'one-order-per-intent/order-of-unknown-intent',
  ],
  [
    'a second charge',
    { effects: [ORDER], charges: [CHARGE, { nonce, id: 'charge-2' }] },
    'one-capture-per-intent/second-capture',
  ],
  [
    'a second charge that was refunded',
    { effects: [ORDER], charges: [CHARGE, { nonce, id: 'charge-2', refunded: true }] },
    'one-capture-per-intent/second-capture',
  ],
  [
    'another amount',
    { effects: [{ ...ORDER, amountMinor: 700 }] },
    'acknowledged-orders-exist/acknowledged-total-differs',
  ],
  [
    'one that hangs',
    { effects: [{ ...ORDER, state: 'pending' }] },
    'nothing-stays-unsettled/order-unsettled',
  ],
  ['nothing', { effects: [] }, 'acknowledged-orders-exist/acknowledged-order-missing'],
])('finds %s', (_what, rows, violation) => {
  const { verdict, found } = judged(rows);
  expect(verdict).toBe('invalid');
  expect(found).toContain(violation);
});

test('a repeated answer has the same bytes; that it says so is asked only of an app that claims to', () => {
  const rows = { effects: [ORDER] };
  expect(judged(rows, { sameBytes: false }).found).toEqual(['same-key-same-bytes/answers-differ']);
  expect(judged(rows, { replayed: false }).found).toEqual(['same-key-same-bytes/replay-not-marked']);
  expect(judged(rows, { replayed: false }, false).verdict).toBe('valid');
});

test('what was there before the play isn’t its doing', () => {
  const before = { effects: [{ nonce: 'older', id: 'order-0' }], charges: [] };
  const now = { effects: [...before.effects, ORDER], charges: [CHARGE] };
  expect(newRows(now, before)).toEqual({ effects: [ORDER], charges: [CHARGE] });
});
