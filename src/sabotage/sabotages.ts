import type { Sabotage } from './sabotage.ts';
import { chargeWithoutKey } from './mutants/charge-without-key.ts';
import { checkThenAct } from './mutants/check-then-act.ts';
import { claimAndReadInOne } from './mutants/claim-and-read-in-one.ts';
import { claimInTwo } from './mutants/claim-in-two.ts';
import { claimNeverExpires } from './mutants/claim-never-expires.ts';
import { commitCheckedBySelect } from './mutants/commit-checked-by-select.ts';
import { commitErrorRunsAgain } from './mutants/commit-error-runs-again.ts';
import { defaultChangesFingerprint } from './mutants/default-changes-fingerprint.ts';
import { doneBeforeWork } from './mutants/done-before-work.ts';
import { failsOpen } from './mutants/fails-open.ts';
import { fingerprintAfterWork } from './mutants/fingerprint-after-work.ts';
import { forgetsEarly } from './mutants/forgets-early.ts';
import { keyAfterCharge } from './mutants/key-after-charge.ts';
import { leaseWithoutFence } from './mutants/lease-without-fence.ts';
import { loserFreesLock } from './mutants/loser-frees-lock.ts';
import { loserReportsSuccess } from './mutants/loser-reports-success.ts';
import { onlyItsOwn } from './mutants/only-its-own.ts';
import { payloadNotHashed } from './mutants/payload-not-hashed.ts';
import { processMemory } from './mutants/process-memory.ts';
import { reaper } from './mutants/reaper.ts';
import { recoversTheLiving } from './mutants/recovers-the-living.ts';
import { refusalStoredLater } from './mutants/refusal-stored-later.ts';
import { replayRebuilt } from './mutants/replay-rebuilt.ts';
import { sharedScope } from './mutants/shared-scope.ts';
import { stepBesideItself } from './mutants/step-beside-itself.ts';
import { swallowedError } from './mutants/swallowed-error.ts';
import { takeoverByAnyone } from './mutants/takeover-by-anyone.ts';
import { timeoutIsDecline } from './mutants/timeout-is-decline.ts';
import { transientIsFinal } from './mutants/transient-is-final.ts';
import { unconditionalStock } from './mutants/unconditional-stock.ts';
import { unprotected } from './mutants/unprotected.ts';
import { waiterExecutes } from './mutants/waiter-executes.ts';
import { waitingIsNotCharged } from './mutants/waiting-is-not-charged.ts';
import { waitsForUnknownKeys } from './mutants/waits-for-unknown-keys.ts';
import { zeroLease } from './mutants/zero-lease.ts';

/** By the name that `SABOTAGE` gives them. */
export const sabotages = {
  'charge-without-key': chargeWithoutKey,
  'check-then-act': checkThenAct,
  'claim-and-read-in-one': claimAndReadInOne,
  'claim-in-two': claimInTwo,
  'claim-never-expires': claimNeverExpires,
  'commit-checked-by-select': commitCheckedBySelect,
  'commit-error-runs-again': commitErrorRunsAgain,
  // Its part is around pages (`page.ts`), where there are no services.
  'cookie-in-cached-page': {},
  'default-changes-fingerprint': defaultChangesFingerprint,
  'done-before-work': doneBeforeWork,
  'fails-open': failsOpen,
  'fingerprint-after-work': fingerprintAfterWork,
  'forgets-early': forgetsEarly,
  'key-after-charge': keyAfterCharge,
  'lease-without-fence': leaseWithoutFence,
  'loser-frees-lock': loserFreesLock,
  'loser-reports-success': loserReportsSuccess,
  'only-its-own': onlyItsOwn,
  'payload-not-hashed': payloadNotHashed,
  'process-memory': processMemory,
  reaper: reaper,
  'recovers-the-living': recoversTheLiving,
  'refusal-stored-later': refusalStoredLater,
  'replay-rebuilt': replayRebuilt,
  'shared-scope': sharedScope,
  'step-beside-itself': stepBesideItself,
  'swallowed-error': swallowedError,
  'takeover-by-anyone': takeoverByAnyone,
  'timeout-is-decline': timeoutIsDecline,
  'transient-is-final': transientIsFinal,
  'unconditional-stock': unconditionalStock,
  unprotected,
  'waiter-executes': waiterExecutes,
  'waiting-is-not-charged': waitingIsNotCharged,
  'waits-for-unknown-keys': waitsForUnknownKeys,
  'zero-lease': zeroLease,
} as const satisfies Record<string, Sabotage>;

export type SabotageId = keyof typeof sabotages;
