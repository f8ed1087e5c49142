'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { Money } from '../money.tsx';
import { PageHeading } from '../page-heading.tsx';
import { QueryProblem } from '../query-problem.tsx';
import { useTRPC } from '../shop-clients.tsx';
import { Loading, Skeleton } from '../skeleton.tsx';
import { usePayment, usePendingPayment } from '../checkout/use-payment.ts';
import { useHydrated } from '../use-hydrated.ts';
import { CartLineRow } from './cart-line-row.tsx';
import { CartPaymentNotice } from './cart-payment-notice.tsx';
import { useSetLine } from './use-set-line.ts';

export function CartView(): ReactNode {
  const cart = useQuery(useTRPC().cart.get.queryOptions());
  // The header counts the same cart, and is there first.
  const hydrated = useHydrated();
  const setLine = useSetLine();
  const pending = usePendingPayment();
  const { state } = usePayment();
  // What is being paid for must not change beneath the payment.
  const locked = pending !== null || state.kind === 'paying' || state.kind === 'unknown';

  if (cart.data === undefined || !hydrated) {
    return (
      <>
        <PageHeading>Your cart</PageHeading>
        {cart.isError && hydrated ? (
          <QueryProblem what="your cart" retrying={cart.isFetching} onRetry={() => void cart.refetch()} />
        ) : (
          <Loading what="your cart">
            <Skeleton className="mb-4 h-32" />
            <Skeleton className="h-32" />
          </Loading>
        )}
      </>
    );
  }

  const { lines, subtotalMinor, currency } = cart.data;
  return (
    <>
      <PageHeading>Your cart</PageHeading>
      <CartPaymentNotice />
      {lines.length === 0 ? (
        <div className="space-y-6">
          <p className="text-lg text-soft">Nothing in it yet.</p>
          <LinkButton href="/">See our pieces</LinkButton>
        </div>
      ) : (
        <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:items-start lg:gap-14">
          <ul aria-label="Pieces in your cart" className="border-b border-line lg:border-b-0">
            {lines.map((line) => (
              <CartLineRow
                key={line.sku}
                line={line}
                currency={currency}
                locked={locked}
                onSet={(quantity) => setLine.mutate({ sku: line.sku, quantity })}
              />
            ))}
          </ul>
          <section
            aria-labelledby="sum"
            className="rounded-2xl border border-line bg-raised p-5 sm:p-6 lg:sticky lg:top-28"
          >
            <h2 id="sum" className="sr-only">
              Sum
            </h2>
            <p className="flex items-baseline justify-between gap-4 text-lg">
              Pieces
              <span aria-live="polite" className="font-semibold">
                <Money minor={subtotalMinor} currency={currency} />
              </span>
            </p>
            <p className="mt-1 text-[0.95rem] text-soft">Delivery is added when you have chosen it.</p>
            <LinkButton href="/checkout" className="mt-5 w-full">
              {locked ? 'See the payment' : 'Go to checkout'}
            </LinkButton>
          </section>
        </div>
      )}
    </>
  );
}
