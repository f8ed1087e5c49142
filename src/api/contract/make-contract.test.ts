import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Policy } from '../../idempotency/index.ts';
import { openEnum } from '../../shop/answers/open-enum.ts';
import { placeOrderPolicy } from '../../shop/checkout/place-order.ts';
import { proceduresOf } from '../procedures.ts';
import { idempotentMutation, naturallyIdempotentMutation, query, router } from '../trpc.ts';
import { makeContract } from './make-contract.ts';

const done = z.object({ done: z.boolean() });
const policy: Policy = {
  ...placeOrderPolicy,
  version: 3,
  previous: {
    1: { parseInput: (raw) => raw },
    2: { parseInput: (raw) => raw, resume: { input: (stored) => stored }, answer: (stored) => stored },
  },
};
const shop = router({
  kiln: {
    state: query({ summary: 'How hot it is.' })
      .input(z.object({ kiln: z.string().default('north') }))
      .output(z.object({ state: openEnum(['cold', 'hot']), degrees: z.int() }))
      .query(() => ({ state: 'cold' as const, degrees: 20 })),
    light: naturallyIdempotentMutation({
      summary: 'Lights it.',
      reason: 'It burns once.',
      errors: ['NOT_FOUND'],
    })
      .input(z.object({}))
      .output(done)
      .mutation(() => Promise.resolve({ done: true })),
    fire: idempotentMutation({ summary: 'Fires a batch.', policy })
      .input(z.object({ batch: z.string() }))
      .output(done)
      .mutation(() => Promise.resolve({ done: true })),
  },
});
const { procedures } = makeContract(proceduresOf(shop));

describe('the contract of a router', () => {
  test('names each procedure and where it is without tRPC', () => {
    expect(
      Object.entries(procedures).map(([path, { kind, http, caller }]) => [path, kind, http, caller]),
    ).toEqual([
      ['kiln.state', 'query', { method: 'GET', path: '/api/v1/kiln.state' }, 'anyone'],
      ['kiln.light', 'natural', { method: 'POST', path: '/api/v1/kiln.light' }, 'customer'],
      ['kiln.fire', 'keyed', { method: 'POST', path: '/api/v1/kiln.fire' }, 'customer'],
    ]);
  });

  test('tells what is sent, and answers that may grow', () => {
    expect(procedures['kiln.state']).toMatchObject({
      // A field with a default needn't be sent.
      input: { type: 'object', properties: { kiln: { type: 'string', default: 'north' } } },
      answer: {
        type: 'object',
        properties: {
          state: { type: 'string', 'x-extensible-enum': ['cold', 'hot'] },
          degrees: { type: 'integer' },
        },
        required: ['state', 'degrees'],
      },
    });
    expect(procedures['kiln.state']?.input).not.toHaveProperty('required');
    expect(JSON.stringify(procedures)).not.toMatch(/additionalProperties|"open"|\$schema|9007199254740991/);
  });

  test('promises what the policy says, and no internals', () => {
    const fire = procedures['kiln.fire'];
    expect(fire).toMatchObject({
      kind: 'keyed',
      promise: {
        version: 3,
        reads: { 1: { resumed: false, replayed: false }, 2: { resumed: true, replayed: true } },
        window: { backMs: policy.windowBackMs, aheadMs: policy.windowAheadMs },
        storedRefusals: policy.storedRefusals,
      },
    });
    expect(JSON.stringify(fire)).not.toMatch(/leaseMs|renewal|maxTries/);
  });

  test('lists the errors that a call may meet', () => {
    expect(procedures['kiln.state']?.errors).toEqual(['BAD_INPUT']);
    expect(procedures['kiln.light']?.errors).toEqual(['BAD_INPUT', 'NOT_FOUND', 'UNAUTHENTICATED']);
    expect(procedures['kiln.fire']?.errors).toEqual(
      expect.arrayContaining(['CARD_DECLINED', 'IDEMPOTENCY_KEY_REUSED', 'UNAUTHENTICATED']),
    );
  });
});

test('a procedure that doesn’t say what it answers has no contract', () => {
  const silent = router({ look: query({ summary: 'Looks.' }).query(() => 1) });
  expect(() => makeContract(proceduresOf(silent))).toThrow('look');
});

test('nor has one that stores a refusal that nobody knows', () => {
  const wild = router({
    fire: idempotentMutation({ summary: 'Fires.', policy: { ...policy, storedRefusals: ['KILN_EXPLODED'] } })
      .input(z.object({}))
      .output(done)
      .mutation(() => Promise.resolve({ done: true })),
  });
  expect(() => makeContract(proceduresOf(wild))).toThrow('KILN_EXPLODED');
});
