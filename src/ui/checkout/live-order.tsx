'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { Button } from '../button.tsx';
import { Notice } from '../notice.tsx';
import { whatWasCharged } from '../orders/charged.ts';
import { useOrder } from '../orders/use-order.ts';
import { PaymentProgress } from './payment-progress.tsx';
import { refusalText } from './refusals.ts';

interface LiveOrderProps {
  readonly orderId: string;
  readonly onPaid: (orderId: string) => void;
  /** The order has failed for good: the checkout may be paid anew. */
  readonly onGoOn: () => void;
}

/** A payment of this checkout that this browser holds no attempt of: begun elsewhere, or its storage was cleared. */
export function LiveOrder({ orderId, onPaid, onGoOn }: LiveOrderProps): ReactNode {
  const { data: order } = useOrder(orderId);
  const [sinceMs] = useState(() => Date.now());
  const paid = order?.status === 'paid';
  useEffect(() => {
    if (paid) onPaid(orderId);
  }, [paid, orderId, onPaid]);
  if (order?.status === 'failed') {
    return (
      <Notice
        tone="bad"
        title={refusalText(order.failureCode ?? '', null).title}
        actions={<Button onClick={onGoOn}>Choose a card</Button>}
      >
        <p>The payment that was under way has ended. {whatWasCharged(order)}</p>
      </Notice>
    );
  }
  return <PaymentProgress origin="elsewhere" sinceMs={sinceMs} />;
}
