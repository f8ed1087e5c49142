'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { formatDate } from '../format-date.ts';
import { Notice } from '../notice.tsx';
import { useTRPC } from '../shop-clients.tsx';

/** The cart is empty. Mostly because it has just been paid: whoever comes back here by 'back' is told so. */
export function NothingToPay(): ReactNode {
  const orders = useQuery(useTRPC().orders.list.queryOptions());
  const paid = orders.data?.find((order) => order.status === 'paid');
  if (paid === undefined) {
    return (
      <div className="space-y-6">
        <p className="text-lg text-soft">There is nothing in your cart to pay for.</p>
        <LinkButton href="/">See our pieces</LinkButton>
      </div>
    );
  }
  return (
    <Notice
      tone="good"
      title="There is nothing left to pay."
      actions={
        <>
          <LinkButton href={`/orders/${paid.orderId}`}>See order {paid.reference}</LinkButton>
          <LinkButton href="/" look="secondary">
            See our pieces
          </LinkButton>
        </>
      }
    >
      <p>
        Your last order, <span data-testid="order-reference">{paid.reference}</span>, was paid on{' '}
        {formatDate(paid.settledAt ?? paid.createdAt)}.
      </p>
    </Notice>
  );
}
