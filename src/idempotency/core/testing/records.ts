import type { Policy } from '../policy.ts';
import { isSettled, type IdempotencyRecord, type RecordState } from '../record.ts';

const SECOND_MS = 1_000;
export const HOUR_MS = 3_600 * SECOND_MS;

/** The store's clock, in tests that ask at one moment. */
export const now = new Date('2026-11-22T12:00:00Z');

/** A moment so long after `now`, or before it. */
export const at = (offsetMs: number): Date => new Date(now.getTime() + offsetMs);

/** Version 2 of a procedure, which compares, resumes and answers what version 1 stored. */
export const policy: Policy = {
  version: 2,
  windowBackMs: 72 * HOUR_MS,
  windowAheadMs: 300 * SECOND_MS,
  leaseMs: 5 * SECOND_MS,
  renewalDeadlineMs: 30 * SECOND_MS,
  joinMs: 3 * SECOND_MS,
  maxTries: 20,
  backoffBaseMs: 250,
  backoffCapMs: 10 * SECOND_MS,
  storedRefusals: [],
  retryAdvice: '',
  compensation: '',
  previous: {
    1: { parseInput: (raw) => raw, resume: { input: (stored) => stored }, answer: (stored) => stored },
  },
};

/** Compares what version 1 stored, and neither resumes nor answers it. */
export const reluctant: Policy = { ...policy, previous: { 1: { parseInput: (raw) => raw } } };

/** Alice's record of version 2, whose holder has another second. */
export function record(state: RecordState, changes: Partial<IdempotencyRecord> = {}): IdempotencyRecord {
  return {
    key: 'k',
    scope: 'alice',
    procedure: 'p',
    operationId: 'op_1',
    principal: 'alice',
    fingerprint: 'f2',
    policyVersion: 2,
    state,
    fence: 1,
    holder: 'h',
    leaseUntil: at(SECOND_MS),
    nextTryAt: at(-SECOND_MS),
    tries: 0,
    steps: {},
    input: '{}',
    outcome: isSettled(state) ? '{}' : null,
    createdAt: at(-SECOND_MS),
    settledAt: isSettled(state) ? now : null,
    ...changes,
  };
}
