import { initTRPC } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { placeOrderPolicy } from '../shop/checkout/place-order.ts';
import { resumables } from '../shop/resumables.ts';
import type { Payments } from '../payments/payments.ts';
import { appRouter } from './app-router.ts';
import { idempotentMutation, naturallyIdempotentMutation, query, router } from './trpc.ts';

const bare = initTRPC.create();
const input = z.object({});
const one = z.literal(1);

interface Declared {
  _def: { type: string; meta?: { idempotency?: string } };
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Declared>);

describe('every mutation declares its guarantee', () => {
  test('what compiles', () => {
    router({
      list: query({ summary: 'Lists.' }).query(() => []),
      nested: {
        set: naturallyIdempotentMutation({ summary: 'Sets.', reason: 'absolute' })
          .input(input)
          .output(one)
          .mutation(() => Promise.resolve(1)),
      },
      buy: idempotentMutation({ summary: 'Buys.', policy: placeOrderPolicy })
        .input(input)
        .output(one)
        .mutation(() => Promise.resolve(1)),
    });
  });

  test('what doesn’t compile doesn’t boot either', () => {
    expect(() =>
      router({
        // @ts-expect-error a bare mutation declares nothing
        buy: bare.procedure.input(input).mutation(() => 1),
      }),
    ).toThrow('The mutation buy doesn’t declare'.replace('’', "'"));
    expect(() =>
      router({
        deep: {
          // @ts-expect-error nor does a nested one
          buy: query({ summary: 'Buys.' })
            .input(input)
            .mutation(() => 1),
        },
      }),
    ).toThrow('deep.buy');
  });

  test('the shop’s own', () => {
    const mutations = procedures.filter(([, { _def }]) => _def.type === 'mutation');
    expect(Object.fromEntries(mutations.map(([path, { _def }]) => [path, _def.meta?.idempotency]))).toEqual({
      'cart.setLine': 'natural',
      'checkout.open': 'natural',
      'checkout.setDetails': 'natural',
      'checkout.preparePayment': 'natural',
      'checkout.placeOrder': 'keyed',
      'operations.close': 'natural',
    });
  });

  test('the worker can finish each keyed one, and what workers begin themselves', () => {
    const keyed = procedures
      .filter(([, { _def }]) => _def.meta?.idempotency === 'keyed')
      .map(([path]) => path);
    const begunByWorkers = ['refunds.pay'];
    expect(Object.keys(resumables({} as Payments)).toSorted()).toEqual(
      [...keyed, ...begunByWorkers].toSorted(),
    );
    // No caller can begin one of those, or ask for it by name.
    expect(procedures.map(([path]) => path)).not.toEqual(expect.arrayContaining(begunByWorkers));
  });
});
