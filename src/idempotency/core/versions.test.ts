import { describe, expect, test } from 'vitest';
import { nodePorts } from '../node-ports.ts';
import { fingerprint } from './fingerprint.ts';
import type { Policy, PreviousVersion } from './policy.ts';
import { at, policy, record, reluctant } from './testing/records.ts';
import { outcomeIn, resumableVersions, unreadableBy, upgradeOf } from './versions.ts';

const silent: Policy = { ...policy, previous: {} };
const { previous: _none, ...first } = policy;
const resuming = (resume: NonNullable<PreviousVersion['resume']>): Policy => ({
  ...policy,
  previous: { 1: { parseInput: (raw) => raw, resume } },
});

describe('a version can go on with', () => {
  test.each<[string, Policy, number[]]>([
    ['what it begins itself', first, [2]],
    ['what an older one began, if it says how', policy, [2, 1]],
    ['nothing of an older one that it can only compare', reluctant, [2]],
  ])('%s', (_, asked, versions) => {
    expect(resumableVersions(asked)).toEqual(versions);
  });
});

describe('what another version settled', () => {
  test.each<[string, Policy, Parameters<typeof record>, string | null]>([
    ['an answer that this one translates', policy, ['succeeded', { policyVersion: 1 }], null],
    ['an answer that it doesn’t', reluctant, ['succeeded', { policyVersion: 1 }], 'ANSWER_OF_OLDER_VERSION'],
    ['a refusal: all are problems', reluctant, ['failed', { policyVersion: 1 }], null],
    [
      'a refusal of a version that nothing is said of',
      silent,
      ['failed', { policyVersion: 1 }],
      'ANSWER_OF_OLDER_VERSION',
    ],
    [
      'an answer of a newer version',
      policy,
      ['succeeded', { policyVersion: 3 }],
      'OPERATION_OF_NEWER_VERSION',
    ],
    ['a closed key has no form', policy, ['void', { policyVersion: 3 }], null],
    ['its own', silent, ['succeeded', {}], null],
  ])('%s', (_, asked, stored, code) => {
    expect(unreadableBy(asked, record(...stored))).toBe(code);
  });

  test('is answered in this one’s form', () => {
    const asked = { ...policy, previous: { 1: { parseInput: String, answer: (old: unknown) => ({ old }) } } };
    const stored = record('succeeded', { policyVersion: 1, outcome: '7' });
    expect(outcomeIn(asked, stored)).toEqual({ kind: 'succeeded', text: '{"old":7}' });
  });

  test('is null where this one answers nothing', () => {
    const asked = { ...policy, previous: { 1: { parseInput: String, answer: () => undefined } } };
    expect(outcomeIn(asked, record('succeeded', { policyVersion: 1 }))).toEqual({
      kind: 'succeeded',
      text: 'null',
    });
  });

  test('is no outcome before it is settled', () => {
    expect(outcomeIn(policy, record('running', { policyVersion: 1 }))).toBeNull();
  });

  test.each([silent, reluctant])('is a bug to answer, where nothing says how', (asked) => {
    expect(() => outcomeIn(asked, record('succeeded', { policyVersion: 1 }))).toThrow(
      "Bug: version 1 can't be answered",
    );
  });
});

describe('what another version began, in this one’s form', () => {
  const finished = { fence: 2, finishedAt: at(-500).toISOString() };
  const begun = record('running', {
    policyVersion: 1,
    fence: 3,
    input: '{"n":1}',
    steps: { reserve: { result: '"order"', ...finished } },
  });

  test('has its input and a fingerprint of it', () => {
    const asked = resuming({ input: (stored) => ({ ...(stored as object), gift: false }) });
    expect(upgradeOf(begun, asked, nodePorts)).toEqual({
      policyVersion: 2,
      input: '{"n":1,"gift":false}',
      fingerprint: fingerprint(nodePorts, { n: 1, gift: false }),
      // Nothing is said of steps: they are the same.
      steps: begun.steps,
    });
  });

  test('keeps who finished a step and when; a step that wasn’t there counts as its holder’s', () => {
    const asked = resuming({
      input: (stored) => stored,
      steps: ({ reserve }) => ({ reserve: { id: reserve }, note: undefined }),
    });
    expect(upgradeOf(begun, asked, nodePorts).steps).toEqual({
      reserve: { result: '{"id":"order"}', ...finished },
      note: { result: 'null', fence: 3, finishedAt: begun.createdAt.toISOString() },
    });
  });

  test.each<[string, Policy, typeof begun]>([
    ['of a version that nothing is said of', silent, begun],
    ['of a version that can’t be resumed', reluctant, begun],
    ['without its input', policy, { ...begun, input: null }],
  ])('is a bug to ask for, %s', (_, asked, stored) => {
    expect(() => upgradeOf(stored, asked, nodePorts)).toThrow(
      'Bug: took over version 1 without knowing how to go on',
    );
  });
});
