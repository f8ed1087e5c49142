/**
 * The client: a checkout's calls, from the button to a definite answer. Free of any framework; imports no server
 * code but types.
 */
export { createKeyedClient, createOpenClient } from './clients.ts';
export type { ClientOptions, KeyedClientOptions, KeyedProceduresOf } from './clients.ts';
export type { KeyedClient, KeyedRouter, OpenClient, OpenRouter } from './router-split.ts';
export type { KeyedProcedure, Schema } from './keyed-procedure.ts';
export type { ClientLimits } from './client-limits.ts';
export type { ClientEvent } from './client-event.ts';
export type { RetryReason } from './retry-reason.ts';
export type { Fetch } from './strict-fetch.ts';

export type { AttemptSlot, PendingAttempt } from './pending-attempt.ts';
export type { AttemptStore } from './attempt-store.ts';
export { LocalStorageAttemptStore } from './local-storage-attempt-store.ts';
export { MemoryAttemptStore } from './memory-attempt-store.ts';

export { outcomeOf, outcomeOfError } from './outcome.ts';
export type { AttemptOutcome, Uncertainty } from './outcome.ts';
export { AttemptNotSent, AttemptPending, OutcomeUnknownToClient } from './attempt-errors.ts';
export { AnswerLost } from './answer-lost.ts';
export { definite, refusalOf } from './refusal.ts';
export type { Refusal } from './refusal.ts';

export { resumePending } from './resume.ts';
export type { ResumedAttempt, ResumeOptions } from './resume.ts';
export { resumeContext } from './operation-context.ts';
export { checkOutcome, closeAttempt } from './settle.ts';
export type { OperationsClient, SettleOptions } from './settle.ts';

export { mintKey } from './key.ts';
export { ServerClock } from './server-clock.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
