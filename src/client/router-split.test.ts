import { expectTypeOf, test } from 'vitest';
import { createKeyedClient } from './clients.ts';
import type { KeyedClientOptions } from './clients.ts';
import type { KeyedClient, MutationInput, MutationPath, MutationResult, OpenClient } from './router-split.ts';
import type { PlacedOrder, ShopRouter } from './testing/shop.ts';

// What holds here is held by the compiler; nothing of it runs.
type Keyed = KeyedClient<ShopRouter>;
type Open = OpenClient<ShopRouter>;
const typesOnly = (calls: (keyed: Keyed, open: Open) => unknown) => void calls;

test('the open client lacks keyed mutations', () => {
  typesOnly((_keyed, open) => [
    open.catalogue.list.query(),
    open.cart.setLine.mutate({ sku: 'mug', quantity: 1 }),
    // @ts-expect-error a keyed mutation
    open.checkout.placeOrder.mutate({ checkoutId: 'c', paymentMethod: 'p' }),
  ]);
});

test('the keyed client has keyed mutations alone', () => {
  typesOnly((keyed) => [
    keyed.checkout.placeOrder.mutate({ checkoutId: 'c', paymentMethod: 'p' }),
    // @ts-expect-error a naturally idempotent mutation
    keyed.cart.setLine.mutate({ sku: 'mug', quantity: 1 }),
    // @ts-expect-error a query
    keyed.catalogue.list.query(),
    // @ts-expect-error another input
    keyed.checkout.placeOrder.mutate({ checkoutId: 7 }),
  ]);
});

test('a mutation that declares nothing is in neither client', () => {
  typesOnly((keyed, open) => [
    // @ts-expect-error undeclared
    open.undeclared.mutate(),
    // @ts-expect-error undeclared
    keyed.undeclared.mutate(),
  ]);
});

test('each keyed mutation needs its intent and its acknowledgement', () => {
  expectTypeOf<MutationPath<Keyed>>().toEqualTypeOf<'checkout.placeOrder'>();
  expectTypeOf<MutationInput<Keyed, 'checkout.placeOrder'>>().toEqualTypeOf<{
    checkoutId: string;
    paymentMethod: string;
  }>();
  expectTypeOf<MutationResult<Keyed, 'checkout.placeOrder'>>().toEqualTypeOf<PlacedOrder>();

  const base = {} as Omit<KeyedClientOptions<ShopRouter>, 'procedures'>;
  typesOnly(() => [
    // @ts-expect-error nothing is said of checkout.placeOrder
    createKeyedClient<ShopRouter>({ ...base, procedures: {} }),
    createKeyedClient<ShopRouter>({
      ...base,
      procedures: {
        'checkout.placeOrder': {
          intentOf: (order) => order.checkoutId,
          // @ts-expect-error accepts what is no answer of the procedure
          acknowledgement: { safeParse: () => ({ success: true, data: 7 }) },
        },
      },
    }),
  ]);
});
