'use client';

import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { refusalText } from '../checkout/refusals.ts';
import { Notice } from '../notice.tsx';
import { PageHeading } from '../page-heading.tsx';
import { refusalOf } from '../../client/index.ts';
import { QueryProblem } from '../query-problem.tsx';
import type { Order } from '../shop-types.ts';
import { Loading, Skeleton } from '../skeleton.tsx';
import { whatWasCharged } from './charged.ts';
import { OrderDetails } from './order-details.tsx';
import { OrderStatus } from './order-status.tsx';
import { useOrder } from './use-order.ts';

export function OrderView({ orderId }: { orderId: string }): ReactNode {
  const order = useOrder(orderId);
  return (
    <>
      <Link
        href="/orders"
        className="mb-5 -ml-2 inline-flex min-h-11 items-center gap-1 rounded-full px-2 text-[0.95rem] text-soft underline-offset-4 hover:text-ink hover:underline"
      >
        <ChevronLeft aria-hidden className="size-4.5" /> Your orders
      </Link>
      {order.data !== undefined ? (
        <OneOrder order={order.data} />
      ) : order.isError ? (
        <NoOrder error={order.error} retrying={order.isFetching} onRetry={() => void order.refetch()} />
      ) : (
        <OrderSkeleton />
      )}
    </>
  );
}

function OneOrder({ order }: { order: Order }): ReactNode {
  return (
    <>
      <PageHeading kicker="Order">
        <span data-testid="order-reference" className="font-text font-semibold tracking-wide tabular-nums">
          {order.reference}
        </span>
      </PageHeading>
      <div aria-live="polite" className="-mt-3 mb-8 space-y-4">
        <OrderStatus order={order} />
        {order.status === 'pending' && (
          <Notice tone="unsure" title="The payment is under way. Please don’t pay again.">
            <p>
              We are finding out what the bank decided. This page tells you as soon as we know; you may also
              close it and come back.
            </p>
          </Notice>
        )}
        {order.status === 'failed' && (
          <Notice tone="plain" title={refusalText(order.failureCode ?? '', null).title}>
            <p>{whatWasCharged(order)} It stays here so that you can see what happened.</p>
          </Notice>
        )}
      </div>
      <OrderDetails order={order} />
    </>
  );
}

/** The order could not be shown: because it isn't this customer's, or because nobody answered. */
export function NoOrder(props: { error: unknown; retrying: boolean; onRetry: () => void }): ReactNode {
  if (refusalOf(props.error)?.code === 'NOT_FOUND') {
    return (
      <>
        <PageHeading lead="It may belong to another browser: orders can be seen only where they were made.">
          We don’t know this order.
        </PageHeading>
        <LinkButton href="/orders">Your orders</LinkButton>
      </>
    );
  }
  return <QueryProblem what="this order" retrying={props.retrying} onRetry={props.onRetry} />;
}

export function OrderSkeleton(): ReactNode {
  return (
    <Loading what="the order">
      <Skeleton className="mb-8 h-12 w-64" />
      <div className="grid gap-6 md:grid-cols-[1.25fr_1fr]">
        <Skeleton className="h-80" />
        <Skeleton className="h-80" />
      </div>
    </Loading>
  );
}
