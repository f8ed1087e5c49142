'use client';

import { useQuery } from '@tanstack/react-query';
import { Package, ShoppingBag } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTRPC } from './shop-clients.tsx';
import { Wordmark } from './wordmark.tsx';

const ITEM =
  'relative inline-flex min-h-12 min-w-12 items-center justify-center gap-2 rounded-full px-3 font-medium transition-colors hover:bg-sunken';

export function SiteHeader(): ReactNode {
  const cart = useQuery(useTRPC().cart.get.queryOptions());
  const count = cart.data?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
  return (
    <header className="sticky top-0 z-20 border-b border-line/70 bg-paper/90 backdrop-blur-md">
      <div className="mx-auto flex h-16 max-w-6xl items-center justify-between gap-3 px-5 sm:h-20 sm:px-8">
        <Link href="/" aria-label="Ostrand Pottery, to the shop" className="-ml-1 rounded-lg px-1 py-2">
          <Wordmark />
        </Link>
        <nav aria-label="Your shop" className="-mr-3 flex items-center sm:gap-1">
          <Link href="/orders" className={ITEM} aria-label="Your orders">
            <Package aria-hidden className="size-5.5 stroke-[1.6]" />
            <span className="hidden sm:inline">Orders</span>
          </Link>
          <Link
            href="/cart"
            className={ITEM}
            aria-label={`Cart, ${count === 1 ? '1 piece' : `${count} pieces`}`}
          >
            <ShoppingBag aria-hidden className="size-5.5 stroke-[1.6]" />
            <span className="hidden sm:inline">Cart</span>
            {count > 0 && (
              <span
                data-testid="cart-count"
                className="absolute top-0.5 right-0 flex h-5 min-w-5 items-center justify-center rounded-full bg-kelp px-1.5 text-xs font-semibold text-on-kelp tabular-nums sm:static"
              >
                {count}
              </span>
            )}
          </Link>
        </nav>
      </div>
    </header>
  );
}
