'use client';

import { useSyncExternalStore } from 'react';
import type { PendingAttempt } from '../../client/index.ts';
import { usePayments } from '../shop-clients.tsx';
import type { PaymentDesk } from './payment-desk.ts';
import type { PaymentState } from './payment-state.ts';

const ON_THE_SERVER: PaymentState = { kind: 'idle', notSent: null };

/** The page's payment, and the desk that makes it. */
export function usePayment(): { state: PaymentState; desk: PaymentDesk } {
  const { desk } = usePayments();
  const state = useSyncExternalStore(
    (onChange) => desk.subscribe(onChange),
    () => desk.state,
    () => ON_THE_SERVER,
  );
  return { state, desk };
}

/** The stored attempt that has no definite answer yet, of whichever tab. */
export function usePendingPayment(): PendingAttempt | null {
  const { port } = usePayments();
  return useSyncExternalStore(
    (onChange) => port.subscribe(onChange),
    () => port.pending(),
    () => null,
  );
}
