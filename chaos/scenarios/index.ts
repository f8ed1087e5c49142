import { canMount } from '../faults/index.ts';
import { ambiguousCommit } from './ambiguous-commit.ts';
import { answerLostAtEdge } from './answer-lost-at-edge.ts';
import { chargeHeldThenNewKey } from './charge-held-then-new-key.ts';
import { clientClockDaysOff } from './client-clock-days-off.ts';
import { connectionLimit } from './connection-limit.ts';
import { crashAtEveryBoundary } from './crash-at-every-boundary.ts';
import { databaseHalfOpen } from './database-half-open.ts';
import { databasePartitioned } from './database-partitioned.ts';
import { declineThenOtherCard } from './decline-then-other-card.ts';
import { diskFullInSale } from './disk-full.ts';
import { doubleSubmitStorm } from './double-submit-storm.ts';
import { edgeDown } from './edge-down.ts';
import { edgeReset } from './edge-reset.ts';
import { edgeSlicer } from './edge-slicer.ts';
import { frozenNodeQueue } from './frozen-node-queue.ts';
import { heldAtEveryBoundary } from './held-at-every-boundary.ts';
import { hiddenResend } from './hidden-resend.ts';
import { lastPieceContention } from './last-piece-contention.ts';
import { lateDeliveryAtEdge } from './late-delivery-at-edge.ts';
import { latencyEverywhere } from './latency-everywhere.ts';
import { nodeGoneForGood } from './node-gone-for-good.ts';
import { nothingWrong } from './nothing-wrong.ts';
import { pagesLoseAnswers } from './pages-lose-answers.ts';
import { pagesWhileTheBankIsSilent } from './pages-while-the-bank-is-silent.ts';
import { postgresCrash } from './postgres-crash.ts';
import { postgresRestart } from './postgres-restart.ts';
import { providerAnswerLost } from './provider-answer-lost.ts';
import { providerPartitioned } from './provider-partitioned.ts';
import { providerRestart } from './provider-restart.ts';
import { purgeUnderLoad } from './purge-under-load.ts';
import { random } from './random.ts';
import { reloadAfterAnswerLost } from './reload-after-answer-lost.ts';
import { rollingDeployment } from './rolling-deployment.ts';
import { rollingRestart } from './rolling-restart.ts';
import type { ShopScenario } from './scenario.ts';
import { secondTab } from './second-tab.ts';
import { serverClocksApart } from './server-clocks-apart.ts';
import { sessionsEndedInSale } from './sessions-ended.ts';
import { slowDatabase } from './slow-database.ts';
import { slowProviderLongerThanStep } from './slow-provider-longer-than-step.ts';
import { soak } from './soak.ts';
import { tableLockedInSale } from './table-locked.ts';
import { twoWorkersOneStartsLate } from './two-workers-one-starts-late.ts';
import { webKilledAfterCharge } from './web-killed-after-charge.ts';
import { webKilledBeforeClaim } from './web-killed-before-claim.ts';
import { workerKilledWhileCompleting } from './worker-killed-while-completing.ts';
import { workerPartitioned } from './worker-partitioned.ts';
import { zombieHolder } from './zombie-holder.ts';

/** In the order in which they run and are listed: what it is done to, from the customer inwards. */
export const scenarios: readonly ShopScenario[] = [
  nothingWrong,
  // The customer.
  doubleSubmitStorm,
  lastPieceContention,
  secondTab,
  hiddenResend,
  reloadAfterAnswerLost,
  declineThenOtherCard,
  clientClockDaysOff,
  pagesLoseAnswers,
  pagesWhileTheBankIsSilent,
  // The way to the shop.
  answerLostAtEdge,
  edgeReset,
  edgeSlicer,
  edgeDown,
  lateDeliveryAtEdge,
  latencyEverywhere,
  // Its processes.
  webKilledBeforeClaim,
  webKilledAfterCharge,
  crashAtEveryBoundary,
  nodeGoneForGood,
  heldAtEveryBoundary,
  zombieHolder,
  frozenNodeQueue,
  workerKilledWhileCompleting,
  twoWorkersOneStartsLate,
  workerPartitioned,
  rollingRestart,
  rollingDeployment,
  serverClocksApart,
  // The database.
  slowDatabase,
  databasePartitioned,
  databaseHalfOpen,
  ambiguousCommit,
  postgresCrash,
  postgresRestart,
  connectionLimit,
  sessionsEndedInSale,
  tableLockedInSale,
  // Where a small disk can be made: as root, on Linux.
  ...(canMount() ? [diskFullInSale] : []),
  purgeUnderLoad,
  // The payment provider.
  providerAnswerLost,
  providerPartitioned,
  providerRestart,
  slowProviderLongerThanStep,
  chargeHeldThenNewKey,
  // All of it.
  random,
  soak,
];
