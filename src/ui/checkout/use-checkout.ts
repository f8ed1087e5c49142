'use client';

import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../../api/app-router.ts';
import { useTRPC, useTRPCClient } from '../shop-clients.tsx';
import type { Checkout } from '../shop-types.ts';

type Details = inferRouterInputs<AppRouter>['checkout']['setDetails'];

const CURRENT = ['checkout', 'current'] as const;

const preparedKey = ({ checkoutId, version, totalMinor }: Checkout) =>
  ['checkout', 'prepared', checkoutId, version, totalMinor] as const;

/**
 * The customer's open checkout. Opening it is a mutation that may be repeated (it makes the checkout from
 * the cart, or brings it up to date), so it is treated as a query; but not on every focus of the window:
 * a total that changes under the finger must be shown and confirmed.
 */
export function useCheckout(): UseQueryResult<Checkout, unknown> {
  const client = useTRPCClient();
  return useQuery({
    queryKey: CURRENT,
    queryFn: () => client.checkout.open.mutate({}),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
    // The client's link has retried already.
    retry: false,
  });
}

export function useSetDetails(): UseMutationResult<Checkout, unknown, Details> {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (details: Details) => client.checkout.setDetails.mutate(details),
    onSuccess: (checkout) => queryClient.setQueryData(CURRENT, checkout),
  });
}

/**
 * Opens the payment for exactly this total. The same checkout and total give the same payment, so this may
 * be repeated at will, and is treated as a query.
 */
export function usePreparedPayment(checkout: Checkout, wanted: boolean): UseQueryResult<unknown, unknown> {
  const client = useTRPCClient();
  const { checkoutId, version } = checkout;
  return useQuery({
    queryKey: preparedKey(checkout),
    queryFn: () => client.checkout.preparePayment.mutate({ checkoutId, version }),
    enabled: wanted && !checkout.paymentPrepared,
    staleTime: Infinity,
    gcTime: 0,
    // The client's link has retried already.
    retry: false,
  });
}

interface Refresh {
  /** The checkout's own state, and the stock and cart that may have changed with it. */
  readonly checkout: () => Promise<unknown>;
  /** What a paid order changes. The checkout is over: opening it again would ask for another one. */
  readonly afterPaid: () => Promise<unknown>;
}

/** Ways to read again what a payment, settled or refused, may have changed. */
export function useRefresh(): Refresh {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const afterPaid = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.cart.get.queryFilter()),
      queryClient.invalidateQueries(trpc.orders.pathFilter()),
      queryClient.invalidateQueries(trpc.catalogue.pathFilter()),
    ]);
  return {
    afterPaid,
    checkout: async () => {
      await Promise.all([queryClient.invalidateQueries({ queryKey: CURRENT }), afterPaid()]);
      const checkout = queryClient.getQueryData<Checkout>(CURRENT);
      if (checkout === undefined) return;
      // Only then: the payment of an outdated version can't be prepared, and would be shown as a failure.
      await queryClient.resetQueries({
        queryKey: preparedKey(checkout),
        predicate: (query) => query.state.fetchStatus === 'idle',
      });
    },
  };
}
