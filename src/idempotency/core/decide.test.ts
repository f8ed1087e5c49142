import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Decision, type DecisionRequest } from './decide.ts';
import { errorTable } from './errors.ts';
import type { RequestKey } from './key.ts';
import {
  isSettled,
  settledStates,
  unsettledStates,
  type IdempotencyRecord,
  type RecordState,
} from './record.ts';
import { at, HOUR_MS, now, policy, record, reluctant } from './testing/records.ts';

const SECOND = 1_000;

const keyMade = (offsetMs: number): RequestKey => ({
  kind: 'valid',
  key: 'k',
  madeAtMs: at(offsetMs).getTime(),
});

function request(changes: Partial<DecisionRequest> = {}): DecisionRequest {
  return {
    key: keyMade(-SECOND),
    principal: 'alice',
    fingerprints: new Map([
      [1, 'f1'],
      [2, 'f2'],
    ]),
    policy,
    by: 'caller',
    ...changes,
  };
}

const abandoned = { leaseUntil: at(-1) };
const summary = (decision: Decision): string => {
  switch (decision.do) {
    case 'join':
      return `join, then ${decision.otherwise}`;
    case 'refuse':
      return decision.code;
    case 'claim':
    case 'replay':
    case 'take-over':
      return decision.do;
  }
};

describe('the decision table', () => {
  test.each<[string, IdempotencyRecord | null, Partial<DecisionRequest>, string]>([
    ['no key', null, { key: { kind: 'missing' } }, 'IDEMPOTENCY_KEY_MISSING'],
    ['a malformed key', null, { key: { kind: 'malformed' } }, 'IDEMPOTENCY_KEY_MALFORMED'],
    ['older than the window', null, { key: keyMade(-72 * HOUR_MS - 1) }, 'IDEMPOTENCY_KEY_EXPIRED'],
    ['just inside the window', null, { key: keyMade(-72 * HOUR_MS) }, 'claim'],
    [
      'an expired key with a record',
      record('succeeded'),
      { key: keyMade(-73 * HOUR_MS) },
      'IDEMPOTENCY_KEY_EXPIRED',
    ],
    ['from the future', null, { key: keyMade(300 * SECOND + 1) }, 'IDEMPOTENCY_KEY_FROM_THE_FUTURE'],
    ['a clock that is a little ahead', null, { key: keyMade(300 * SECOND) }, 'claim'],
    ['another principal', record('succeeded', { principal: 'bob' }), {}, 'OPERATION_NOT_FOUND'],
    [
      'another principal and content',
      record('running', { principal: 'bob', fingerprint: 'x' }),
      {},
      'OPERATION_NOT_FOUND',
    ],
    ['absent', null, {}, 'claim'],
    ['other content, settled', record('succeeded', { fingerprint: 'x' }), {}, 'IDEMPOTENCY_KEY_REUSED'],
    ['other content, running', record('running', { fingerprint: 'x' }), {}, 'IDEMPOTENCY_KEY_REUSED'],
    [
      'hazard 19: other content, abandoned',
      record('running', { fingerprint: 'x', ...abandoned }),
      {},
      'IDEMPOTENCY_KEY_REUSED',
    ],
    [
      'hazard 49: stored by the version before',
      record('succeeded', { fingerprint: 'f1', policyVersion: 1 }),
      {},
      'replay',
    ],
    [
      'the version before, other content',
      record('succeeded', { fingerprint: 'f2', policyVersion: 1 }),
      {},
      'IDEMPOTENCY_KEY_REUSED',
    ],
    ['succeeded', record('succeeded'), {}, 'replay'],
    ['failed', record('failed'), {}, 'replay'],
    ['void', record('void', { fingerprint: '' }), {}, 'replay'],
    ['running, lease valid', record('running'), {}, 'join, then OPERATION_IN_PROGRESS'],
    ['running, lease over', record('running', abandoned), {}, 'take-over'],
    ['running, lease over this very moment', record('running', { leaseUntil: now }), {}, 'take-over'],
    [
      'running, next try due this very moment',
      record('running', { ...abandoned, nextTryAt: now }),
      {},
      'take-over',
    ],
    [
      'lease over, next try to come',
      record('running', { ...abandoned, nextTryAt: at(1) }),
      {},
      'join, then OPERATION_IN_PROGRESS',
    ],
    ['running, outcome unknown', record('outcome_unknown', abandoned), {}, 'join, then OUTCOME_UNKNOWN'],
    ['compensating', record('compensating', abandoned), {}, 'join, then OPERATION_IN_PROGRESS'],
    [
      'an unknown policy version, abandoned',
      record('running', { policyVersion: 3, ...abandoned }),
      {},
      'join, then OPERATION_IN_PROGRESS',
    ],
    ...(['succeeded', 'failed'] as const).map(
      (state) =>
        [
          `a newer version’s, ${state}`,
          record(state, { policyVersion: 3, fingerprint: 'f3' }),
          {},
          'OPERATION_OF_NEWER_VERSION',
        ] as [string, IdempotencyRecord, Partial<DecisionRequest>, string],
    ),
    [
      'an older version’s that nothing is said of',
      record('succeeded', { policyVersion: 0, fingerprint: 'f0' }),
      {},
      'ANSWER_OF_OLDER_VERSION',
    ],
    [
      'an older version’s whose answer isn’t given any more',
      record('succeeded', { fingerprint: 'f1', policyVersion: 1 }),
      { policy: reluctant },
      'ANSWER_OF_OLDER_VERSION',
    ],
    [
      'an older version’s refusal: all refusals are problems',
      record('failed', { fingerprint: 'f1', policyVersion: 1 }),
      { policy: reluctant },
      'replay',
    ],
    [
      'an older version’s that can be resumed',
      record('running', { fingerprint: 'f1', policyVersion: 1, ...abandoned }),
      {},
      'take-over',
    ],
    [
      'an older version’s that can’t be resumed',
      record('running', { fingerprint: 'f1', policyVersion: 1, ...abandoned }),
      { policy: reluctant },
      'join, then OPERATION_IN_PROGRESS',
    ],
    [
      'content that the older version would not have taken',
      record('succeeded', { fingerprint: 'f1', policyVersion: 1 }),
      { fingerprints: new Map([[2, 'f2']]) },
      'IDEMPOTENCY_KEY_REUSED',
    ],
    ['stuck', record('stuck', abandoned), {}, 'BEING_VERIFIED'],
    ['completer: nothing there', null, { by: 'completer' }, 'OPERATION_NOT_FOUND'],
    ['completer: settled', record('failed'), { by: 'completer' }, 'replay'],
    ['completer: lease valid', record('running'), { by: 'completer' }, 'join, then OPERATION_IN_PROGRESS'],
    ['completer: abandoned', record('running', abandoned), { by: 'completer' }, 'take-over'],
    ['completer: outcome unknown', record('outcome_unknown', abandoned), { by: 'completer' }, 'take-over'],
    ['completer: compensating', record('compensating', abandoned), { by: 'completer' }, 'take-over'],
    [
      'completer: past the key’s window',
      record('running', abandoned),
      { by: 'completer', key: keyMade(-99 * HOUR_MS) },
      'take-over',
    ],
    [
      'completer: a newer version’s',
      record('running', { policyVersion: 3, ...abandoned }),
      { by: 'completer' },
      'join, then OPERATION_IN_PROGRESS',
    ],
    [
      'completer: an older version’s that can be resumed',
      record('outcome_unknown', { policyVersion: 1, ...abandoned }),
      { by: 'completer' },
      'take-over',
    ],
    [
      'completer: an older version’s that can’t be resumed',
      record('compensating', { policyVersion: 1, ...abandoned }),
      { by: 'completer', policy: reluctant },
      'join, then OPERATION_IN_PROGRESS',
    ],
    ['completer: stuck', record('stuck', abandoned), { by: 'completer' }, 'BEING_VERIFIED'],
  ])('%s', (_, stored, asked, expected) => {
    expect(summary(decide(stored, request(asked), now))).toBe(expected);
  });
});

describe('who joins is told when to come back', () => {
  test.each([
    ['soon, where the next try is due', -HOUR_MS, 1_000],
    ['soon, where the next try is sooner', 400, 1_000],
    ['at the next try, where that is later', 2_500, 2_500],
  ])('%s', (_, nextTryInMs, retryAfterMs) => {
    const stored = record('running', { nextTryAt: at(nextTryInMs) });
    expect(decide(stored, request(), now)).toMatchObject({ do: 'join', retryAfterMs });
  });
});

test.each(['caller', 'completer'] as const)('a state that nobody knows stops a %s loudly', (by) => {
  const unheard = record('lost' as RecordState);
  expect(() => decide(unheard, request({ by }), now)).toThrow('Bug: no decision for state lost');
});

describe('for every record and request', () => {
  const offset = fc.integer({ min: -80 * HOUR_MS, max: HOUR_MS }).map(at);
  const anyRecord = fc
    .record({
      state: fc.constantFrom<RecordState>(...unsettledStates, ...settledStates),
      principal: fc.constantFrom('alice', 'bob'),
      fingerprint: fc.constantFrom('f1', 'f2', 'x'),
      policyVersion: fc.constantFrom(1, 2, 3),
      leaseUntil: offset,
      nextTryAt: offset,
    })
    .map(({ state, ...changes }) => record(state, changes));
  const anyRequest = fc
    .record({
      key: fc.oneof(
        fc.constantFrom<RequestKey>({ kind: 'missing' }, { kind: 'malformed' }),
        offset.map((made): RequestKey => ({ kind: 'valid', key: 'k', madeAtMs: made.getTime() })),
      ),
      by: fc.constantFrom<'caller' | 'completer'>('caller', 'completer'),
    })
    .map(request);

  test('only an absent record is claimed', () => {
    fc.assert(
      fc.property(anyRecord, anyRequest, (stored, asked) => decide(stored, asked, now).do !== 'claim'),
    );
  });

  test('nobody takes over a valid lease, a settled or a stuck record', () => {
    fc.assert(
      fc.property(anyRecord, anyRequest, (stored, asked) => {
        const mayTakeOver = stored.leaseUntil <= now && !isSettled(stored.state) && stored.state !== 'stuck';
        return decide(stored, asked, now).do !== 'take-over' || mayTakeOver;
      }),
    );
  });

  test('a caller with other content neither replays, joins nor takes over', () => {
    fc.assert(
      fc.property(anyRecord, anyRequest, (stored, asked) => {
        const known = asked.fingerprints.get(stored.policyVersion);
        fc.pre(
          asked.by === 'caller' &&
            stored.state !== 'void' &&
            known !== undefined &&
            known !== stored.fingerprint,
        );
        return decide(stored, asked, now).do === 'refuse';
      }),
    );
  });

  test('an answer that isn’t stored is never called definite while its operation is open', () => {
    fc.assert(
      fc.property(anyRecord, anyRequest, (stored, asked) => {
        const decision = decide(stored, asked, now);
        if (decision.do === 'join') return !errorTable[decision.otherwise].definite;
        const aboutThisPayload = [
          'IDEMPOTENCY_KEY_REUSED',
          'IDEMPOTENCY_KEY_MISSING',
          'IDEMPOTENCY_KEY_MALFORMED',
        ];
        return (
          decision.do !== 'refuse' ||
          aboutThisPayload.includes(decision.code) ||
          !errorTable[decision.code].definite
        );
      }),
    );
  });
});
