/** The engine's public door: everything that a store, a transport or an application may use. */
export { decide, type Decision, type DecisionRequest } from './decide.ts';
export { Engine, type Call, type Completion, type EngineOptions, type Mutation } from './engine.ts';
export {
  AlreadyInProgress,
  errorTable,
  IdempotencyError,
  OutcomeUnknown,
  Refusal,
  TemporarilyUnavailable,
  type IdempotencyErrorCode,
} from './errors.ts';
export type { Attempt, CallDecision, EngineEvent, EngineListener } from './events.ts';
export { failpoints, type Failpoint, type FailpointHit, type FailpointName } from './failpoint.ts';
export { fingerprint, fingerprints, type Fingerprints } from './fingerprint.ts';
export { parseKey, type RequestKey } from './key.ts';
export { Finished, type Operation, type RemoteAttempt } from './operation.ts';
export type { Inquiry, Question } from './inquiry.ts';
export { answer, outcomeOf, StoredRefusal, type Outcome, type Settled } from './outcome.ts';
export { backoffMs, defaultPolicy, type Policy, type PreviousVersion } from './policy.ts';
export type { Ports } from './ports.ts';
export { ReplayCache } from './replay-cache.ts';
export { problemOfError, problemOfRefusal, type Problem } from './problem.ts';
export {
  COMPENSATE,
  isSettled,
  settledStates,
  unsettledStates,
  type Claim,
  type IdempotencyRecord,
  type RecordId,
  type RecordState,
  type SettledState,
  type StepResult,
  type UnsettledState,
} from './record.ts';
export { dayOf, isDayOlder, type Purged, type Retention } from './retention.ts';
export {
  ClaimLost,
  CommitUnknown,
  StoreUnavailable,
  TransactionAborted,
  type NewRecord,
  type Reading,
  type RecordKind,
  type Session,
  type Settlement,
  type Store,
  type Upgrade,
} from './store.ts';
