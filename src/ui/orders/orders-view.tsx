'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { formatDate } from '../format-date.ts';
import { Money } from '../money.tsx';
import { PageHeading } from '../page-heading.tsx';
import { ProductPicture } from '../product-picture.tsx';
import { QueryProblem } from '../query-problem.tsx';
import { useTRPC } from '../shop-clients.tsx';
import type { Order } from '../shop-types.ts';
import { Loading, Skeleton } from '../skeleton.tsx';
import { OrderStatus } from './order-status.tsx';

/** How often the list looks again while one of its payments is under way. */
const POLL_MS = 2_000;
const PICTURES = 4;

export function OrdersView(): ReactNode {
  const orders = useQuery({
    ...useTRPC().orders.list.queryOptions(),
    refetchInterval: (query) =>
      query.state.data?.some((order) => order.status === 'pending') === true ? POLL_MS : false,
  });
  if (orders.data === undefined && orders.isError) {
    return (
      <>
        <PageHeading>Your orders</PageHeading>
        <QueryProblem what="your orders" retrying={orders.isFetching} onRetry={() => void orders.refetch()} />
      </>
    );
  }
  if (orders.data === undefined) {
    return (
      <>
        <PageHeading>Your orders</PageHeading>
        <Loading what="your orders">
          <div className="space-y-4">
            <Skeleton className="h-36" />
            <Skeleton className="h-36" />
          </div>
        </Loading>
      </>
    );
  }
  if (orders.data.length === 0) {
    return (
      <>
        <PageHeading lead="When you buy something, it is listed here, with its reference and whether it was paid.">
          Your orders
        </PageHeading>
        <LinkButton href="/">See our pieces</LinkButton>
      </>
    );
  }
  return (
    <>
      <PageHeading>Your orders</PageHeading>
      <ul className="space-y-4">
        {orders.data.map((order) => (
          <li key={order.orderId}>
            <OrderCard order={order} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OrderCard({ order }: { order: Order }): ReactNode {
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <article className="relative flex items-center gap-4 rounded-2xl border border-line bg-raised p-4 transition-[box-shadow,border-color] hover:border-line-strong hover:shadow-lift sm:p-6">
      <div className="min-w-0 grow">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h2 className="font-text text-lg font-semibold tracking-wide tabular-nums">
            <Link
              href={`/orders/${order.orderId}`}
              aria-label={`Order ${order.reference}`}
              className="after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-3 focus-visible:after:outline-kelp"
            >
              {order.reference}
            </Link>
          </h2>
          <OrderStatus order={order} />
        </div>
        <p className="mt-1.5 text-[0.95rem] text-soft">{formatDate(order.createdAt)}</p>
        <p className="mt-0.5 text-[0.95rem]">
          {pieces} {pieces === 1 ? 'piece' : 'pieces'} ·{' '}
          <Money minor={order.totalMinor} currency={order.currency} />
        </p>
      </div>
      <div aria-hidden className="hidden -space-x-4 sm:flex">
        {order.lines.slice(0, PICTURES).map((line) => (
          <ProductPicture
            key={line.sku}
            seed={line.pictureSeed}
            className="size-18 rounded-xl ring-3 ring-raised"
          />
        ))}
      </div>
      <ChevronRight aria-hidden className="size-5 shrink-0 text-soft" />
    </article>
  );
}
