'use client';

import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Toggle } from '@base-ui/react/toggle';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { QueryProblem } from '../query-problem.tsx';
import { useTRPC } from '../shop-clients.tsx';
import { Loading, Skeleton } from '../skeleton.tsx';
import { ProductCard } from './product-card.tsx';

const EVERYTHING = 'Everything';
const GRID = 'grid grid-cols-2 gap-x-4 gap-y-9 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4 lg:gap-y-12';

export function CatalogueView(): ReactNode {
  const products = useQuery(useTRPC().catalogue.list.queryOptions());
  const [category, setCategory] = useState(EVERYTHING);

  if (products.data === undefined && products.isError) {
    return (
      <QueryProblem
        what="our pieces"
        retrying={products.isFetching}
        onRetry={() => void products.refetch()}
      />
    );
  }
  if (products.data === undefined) {
    return (
      <Loading what="our pieces">
        <div className={GRID}>
          {Array.from({ length: 8 }, (_, index) => (
            <div key={index}>
              <Skeleton className="aspect-[4/5]" />
              <Skeleton className="mt-4 h-5 w-3/4" />
              <Skeleton className="mt-2 h-4 w-1/3" />
            </div>
          ))}
        </div>
      </Loading>
    );
  }

  const categories = [EVERYTHING, ...new Set(products.data.map((product) => product.category))];
  const shown = products.data.filter((product) => category === EVERYTHING || product.category === category);
  return (
    <>
      {/* On a phone the row runs past the edge and scrolls: wrapped, it would push the pieces off the screen. */}
      <ToggleGroup
        aria-label="Show"
        value={[category]}
        onValueChange={(chosen) => setCategory(chosen[0] ?? EVERYTHING)}
        className="-mx-5 mb-8 flex gap-2 overflow-x-auto px-5 py-1 [scrollbar-width:none] sm:mx-0 sm:mb-10 sm:flex-wrap sm:px-0"
      >
        {categories.map((name) => (
          <Toggle
            key={name}
            value={name}
            className="min-h-11 shrink-0 cursor-pointer rounded-full border border-line-strong/60 px-4.5 text-[0.95rem] transition-colors hover:border-ink data-pressed:border-ink data-pressed:bg-ink data-pressed:text-paper"
          >
            {name}
          </Toggle>
        ))}
      </ToggleGroup>
      <output className="sr-only">{shown.length} pieces shown</output>
      <div className={GRID}>
        {shown.map((product) => (
          <ProductCard key={product.sku} product={product} />
        ))}
      </div>
    </>
  );
}
