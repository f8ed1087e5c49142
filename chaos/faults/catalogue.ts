import { resend } from './client/resend.ts';
import { sharedCache } from './client/shared-cache.ts';
import { sticky } from './client/sticky.ts';
import { clientClock } from './clock/client-clock.ts';
import { connectionsTaken } from './database/connections-taken.ts';
import { diskFull } from './database/disk-full.ts';
import { purge } from './database/purge.ts';
import { sessionsEnded } from './database/sessions-ended.ts';
import { restocked } from './database/restocked.ts';
import { tableLocked } from './database/table-locked.ts';
import type { Fault } from './fault.ts';
import { answerCut } from './link/answer-cut.ts';
import { answerHeld } from './link/answer-held.ts';
import { answerLost } from './link/answer-lost.ts';
import { bandwidth } from './link/bandwidth.ts';
import { cut } from './link/cut.ts';
import { down } from './link/down.ts';
import { lateDelivery } from './link/late-delivery.ts';
import { latency } from './link/latency.ts';
import { partition } from './link/partition.ts';
import { requestCut } from './link/request-cut.ts';
import { reset } from './link/reset.ts';
import { slicer } from './link/slicer.ts';
import { slowClose } from './link/slow-close.ts';
import { commitAborted } from './point/commit-aborted.ts';
import { commitHeld } from './point/commit-held.ts';
import { commitLate } from './point/commit-late.ts';
import { commitLost } from './point/commit-lost.ts';
import { commitQueued } from './point/commit-queued.ts';
import { failpointCrash } from './point/failpoint-crash.ts';
import { failpointHold } from './point/failpoint-hold.ts';
import { immediateStop } from './process/immediate-stop.ts';
import { kill } from './process/kill.ts';
import { pause } from './process/pause.ts';
import { redeploy } from './process/redeploy.ts';
import { stop } from './process/stop.ts';

/**
 * Every fault there is. A schedule names them, `random` draws among them, and the report knows from them how
 * each is called and in which lane it lies.
 */
export const FAULTS: readonly Fault[] = [
  latency,
  bandwidth,
  slicer,
  slowClose,
  partition,
  lateDelivery,
  answerHeld,
  answerLost,
  answerCut,
  requestCut,
  cut,
  reset,
  down,
  kill,
  pause,
  stop,
  immediateStop,
  redeploy,
  connectionsTaken,
  sessionsEnded,
  tableLocked,
  diskFull,
  purge,
  commitLost,
  commitAborted,
  commitLate,
  commitHeld,
  commitQueued,
  failpointCrash,
  failpointHold,
  clientClock,
  resend,
  sticky,
  sharedCache,
];

/** Nobody draws it, for it is no fault by itself; but it has to happen at its moment, as one does. */
const UNDRAWN: readonly Fault[] = [restocked];

export function faultNamed(name: string): Fault | null {
  return [...FAULTS, ...UNDRAWN].find((fault) => fault.name === name) ?? null;
}
