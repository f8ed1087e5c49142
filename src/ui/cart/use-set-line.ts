'use client';

import { Toast } from '@base-ui/react/toast';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../shop-clients.tsx';
import type { Cart } from '../shop-types.ts';

/** The most of one product that a cart takes; the API refuses more. */
export const MAX_QUANTITY = 20;

/** An absolute quantity that arrives late after all does no harm: the cart is read again and shows it. */
export const CART_NOT_CHANGED = {
  title: 'We could not change your cart.',
  description: 'The shop did not answer. Please try again.',
};

interface SetLine {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Sets the absolute quantity of one line. All changes of the cart run one after another (`scope`): two
 * that overtook each other on the way would leave the older one standing.
 */
export function useSetLine(): UseMutationResult<Cart, unknown, SetLine> {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const toasts = Toast.useToastManager();
  const cartKey = trpc.cart.get.queryKey();
  return useMutation({
    mutationFn: (line: SetLine) => client.cart.setLine.mutate(line),
    scope: { id: 'cart' },
    onMutate: async ({ sku, quantity }) => {
      await queryClient.cancelQueries({ queryKey: cartKey });
      queryClient.setQueryData(cartKey, (cart) =>
        cart === undefined ? cart : withQuantity(cart, sku, quantity),
      );
    },
    onSuccess: (cart) => queryClient.setQueryData(cartKey, cart),
    onError: () => {
      toasts.add({ ...CART_NOT_CHANGED, priority: 'high' });
      return queryClient.invalidateQueries({ queryKey: cartKey });
    },
  });
}

/** What the cart will most likely be, shown until the server says what it is. */
function withQuantity(cart: Cart, sku: string, quantity: number): Cart {
  const lines = cart.lines
    .map((line) =>
      line.sku === sku ? { ...line, quantity, lineTotalMinor: line.unitPriceMinor * quantity } : line,
    )
    .filter((line) => line.quantity > 0);
  return { ...cart, lines, subtotalMinor: lines.reduce((sum, line) => sum + line.lineTotalMinor, 0) };
}
