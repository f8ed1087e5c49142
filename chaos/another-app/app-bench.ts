import { FindingList } from '../checkers/checker.ts';
import type { Checker } from '../checkers/checker.ts';
import { checkerOf } from '../checkers/index.ts';
import type { CheckerName } from '../checkers/name.ts';
import { compareAnswers } from '../checkers/same-key-same-bytes.ts';
import { keyUsesOf } from '../history/attempts.ts';
import type { Bench } from '../verdict.ts';
import type { App } from './app.ts';

/** Those whose premise any play of an app meets. */
const CORE: readonly CheckerName[] = [
  'one-order-per-intent',
  'acknowledged-orders-exist',
  'answers-are-well-formed',
  'retried-intents-end-paid',
  'calls-end-in-time',
  'same-key-same-bytes',
  'nothing-stays-unsettled',
];

const NO_SQL = 'it asks for rows of the database that an app’s ledger doesn’t have';
const NO_LOG = 'it asks for the database’s commit log';

const UNASKED: readonly (readonly [CheckerName, string])[] = [
  ['paid-orders-were-asked-for', NO_SQL],
  ['attempts-stay-in-budget', 'it is about clients, and this app’s is the harness’s own'],
  ['one-payload-per-key', 'nobody here sends one key with two payloads'],
  ['money-balances', NO_SQL],
  ['stock-is-conserved', NO_LOG],
  ['status-moves-forward', NO_LOG],
  ['orders-are-private', 'nobody here asks for a stranger’s orders'],
  ['pages-tell-the-truth', 'nobody here looks at pages'],
];

/** Who can judge an app: those whose evidence its file gives. All others are named, and why they aren't asked. */
export function benchOf(app: App, { hasCharges }: { hasCharges: boolean }): Bench {
  return {
    checkers: [
      checkerOf('one-order-per-intent'),
      ...(hasCharges ? [checkerOf('one-capture-per-intent')] : []),
      checkerOf('acknowledged-orders-exist'),
      checkerOf('answers-are-well-formed'),
      checkerOf('definite-failures-leave-nothing'),
      checkerOf('refusals-have-a-cause'),
      checkerOf('retried-intents-end-paid'),
      checkerOf('calls-end-in-time'),
      sameAnswers(app),
      atRest,
    ],
    core: hasCharges ? [...CORE, 'one-capture-per-intent'] : CORE,
    unasked: new Map([
      ...UNASKED,
      ...(hasCharges ? [] : [['one-capture-per-intent', 'ledger.read gives no charges'] as const]),
    ]),
  };
}

/** At the wire alone: what an app keeps under a key is its own affair. */
function sameAnswers({ workload }: App): Checker {
  const { name, invariant } = checkerOf('same-key-same-bytes');
  const areMarked = workload.isReplay !== undefined;
  return {
    name,
    invariant,
    check(history) {
      const findings = new FindingList();
      const repeated = keyUsesOf(history).filter(
        (use) => compareAnswers(use, { areMarked }, findings).length > 1,
      );
      return { premise: repeated.length, violations: findings.found };
    },
  };
}

/** What comes to rest in the shop are records; here, effects. */
const atRest: Checker = {
  ...checkerOf('nothing-stays-unsettled'),
  check: (history, state) => ({
    ...checkerOf('nothing-stays-unsettled').check(history, state),
    premise: state.database.orders.length,
  }),
};
