'use client';

import { Check } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { Notice } from '../notice.tsx';
import { whatWasCharged } from '../orders/charged.ts';
import { OrderDetails } from '../orders/order-details.tsx';
import { NoOrder, OrderSkeleton } from '../orders/order-view.tsx';
import { useOrder } from '../orders/use-order.ts';
import { PageHeading } from '../page-heading.tsx';
import type { Order } from '../shop-types.ts';
import { PaymentProgress } from './payment-progress.tsx';
import { refusalText } from './refusals.ts';

/** Says thank you only when the order says that it is paid, whatever address led here. */
export function ConfirmationView({ orderId }: { orderId: string }): ReactNode {
  const order = useOrder(orderId);
  const [sinceMs] = useState(() => Date.now());
  if (order.data === undefined) {
    return order.isError ? (
      <NoOrder error={order.error} retrying={order.isFetching} onRetry={() => void order.refetch()} />
    ) : (
      <OrderSkeleton />
    );
  }
  switch (order.data.status) {
    case 'paid':
      return <Paid order={order.data} />;
    case 'pending':
      return (
        <div data-testid="payment-state" data-state="paying" aria-live="polite">
          <PageHeading>Your order</PageHeading>
          <PaymentProgress origin="resumed" sinceMs={sinceMs} />
        </div>
      );
    case 'failed':
      return (
        <div data-testid="payment-state" data-state="refused">
          <PageHeading>This order was not paid</PageHeading>
          <Notice
            tone="bad"
            title={refusalText(order.data.failureCode ?? '', null).title}
            actions={<LinkButton href="/cart">Back to your cart</LinkButton>}
          >
            <p>{whatWasCharged(order.data)}</p>
          </Notice>
        </div>
      );
  }
}

function Paid({ order }: { order: Order }): ReactNode {
  // The page has changed without a load, so the reader's place is put where the news is.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div data-testid="payment-state" data-state="paid">
      <header className="mb-10 max-w-2xl sm:mb-12">
        <span className="mb-5 flex size-14 items-center justify-center rounded-full bg-leaf-wash text-leaf">
          <Check aria-hidden className="size-7" />
        </span>
        <h1 ref={heading} tabIndex={-1} className="text-[2.6rem] outline-none sm:text-6xl">
          Thank you
        </h1>
        <p className="mt-4 text-lg">
          Your order{' '}
          <strong
            data-testid="order-reference"
            className="font-semibold tracking-wide whitespace-nowrap tabular-nums"
          >
            {order.reference}
          </strong>{' '}
          is paid, once. It was ordered by <span className="break-words">{order.contact.email}</span>.
        </p>
        <div className="mt-6 flex flex-wrap gap-3">
          <LinkButton href="/">Back to the shop</LinkButton>
          <LinkButton href="/orders" look="secondary">
            Your orders
          </LinkButton>
        </div>
      </header>
      <OrderDetails order={order} />
    </div>
  );
}
