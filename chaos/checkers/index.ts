import { acknowledgedOrdersExist } from './acknowledged-orders-exist.ts';
import { answersAreWellFormed } from './answers-are-well-formed.ts';
import { attemptsStayInBudget } from './attempts-stay-in-budget.ts';
import { callsEndInTime } from './calls-end-in-time.ts';
import type { Checker } from './checker.ts';
import { definiteFailuresLeaveNothing } from './definite-failures-leave-nothing.ts';
import { moneyBalances } from './money-balances.ts';
import type { CheckerName } from './name.ts';
import { nothingStaysUnsettled } from './nothing-stays-unsettled.ts';
import { oneCapturePerIntent } from './one-capture-per-intent.ts';
import { oneOrderPerIntent } from './one-order-per-intent.ts';
import { onePayloadPerKey } from './one-payload-per-key.ts';
import { ordersArePrivate } from './orders-are-private.ts';
import { pagesTellTheTruth } from './pages-tell-the-truth.ts';
import { paidOrdersWereAskedFor } from './paid-orders-were-asked-for.ts';
import { refusalsHaveACause } from './refusals-have-a-cause.ts';
import { retriedIntentsEndPaid } from './retried-intents-end-paid.ts';
import { sameKeySameBytes } from './same-key-same-bytes.ts';
import { statusMovesForward } from './status-moves-forward.ts';
import { stockIsConserved } from './stock-is-conserved.ts';

/** Keyed by name, so that a name without its checker doesn't compile. */
const BY_NAME: Record<CheckerName, Checker> = {
  'one-order-per-intent': oneOrderPerIntent,
  'one-capture-per-intent': oneCapturePerIntent,
  'acknowledged-orders-exist': acknowledgedOrdersExist,
  'answers-are-well-formed': answersAreWellFormed,
  'definite-failures-leave-nothing': definiteFailuresLeaveNothing,
  'paid-orders-were-asked-for': paidOrdersWereAskedFor,
  'refusals-have-a-cause': refusalsHaveACause,
  'retried-intents-end-paid': retriedIntentsEndPaid,
  'calls-end-in-time': callsEndInTime,
  'attempts-stay-in-budget': attemptsStayInBudget,
  'one-payload-per-key': onePayloadPerKey,
  'same-key-same-bytes': sameKeySameBytes,
  'money-balances': moneyBalances,
  'stock-is-conserved': stockIsConserved,
  'status-moves-forward': statusMovesForward,
  'orders-are-private': ordersArePrivate,
  'nothing-stays-unsettled': nothingStaysUnsettled,
  'pages-tell-the-truth': pagesTellTheTruth,
};

export const CHECKERS: readonly Checker[] = Object.values(BY_NAME);

export function checkerOf(name: CheckerName): Checker {
  return BY_NAME[name];
}
