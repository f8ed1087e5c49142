'use client';

import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTRPC } from '../shop-clients.tsx';
import type { Order } from '../shop-types.ts';

/** How often a page looks whether a payment under way has come to an end. */
const POLL_MS = 1_500;

/** One order, looked at again and again while its payment is under way. */
export function useOrder(orderId: string): UseQueryResult<Order, unknown> {
  return useQuery({
    ...useTRPC().orders.get.queryOptions({ orderId }),
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? POLL_MS : false),
  });
}
