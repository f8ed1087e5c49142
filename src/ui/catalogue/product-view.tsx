'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, Flame, PackageCheck, Undo2 } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { LinkButton } from '../button.tsx';
import { Money } from '../money.tsx';
import { PageHeading } from '../page-heading.tsx';
import { refusalOf } from '../../client/index.ts';
import { ProductPicture } from '../product-picture.tsx';
import { QueryProblem } from '../query-problem.tsx';
import { useTRPC } from '../shop-clients.tsx';
import { Loading, Skeleton } from '../skeleton.tsx';
import { AddToCart } from './add-to-cart.tsx';
import { ProductCard } from './product-card.tsx';
import { scarcity } from './scarcity.ts';

export function ProductView({ sku }: { sku: string }): ReactNode {
  const trpc = useTRPC();
  const query = useQuery(trpc.catalogue.bySku.queryOptions({ sku }));
  const all = useQuery(trpc.catalogue.list.queryOptions());
  const product = query.data;

  if (product === undefined && query.isError) {
    return refusalOf(query.error)?.code === 'NOT_FOUND' ? (
      <>
        <PageHeading lead="It may have sold out for good: most of our pieces are made only once or twice.">
          We don’t have this piece.
        </PageHeading>
        <LinkButton href="/">See what we have</LinkButton>
      </>
    ) : (
      <QueryProblem what="this piece" retrying={query.isFetching} onRetry={() => void query.refetch()} />
    );
  }
  if (product === undefined) return <ProductSkeleton />;

  const note = scarcity(product.available);
  const related = (all.data ?? [])
    .filter((other) => other.sku !== sku)
    .toSorted((a, b) => Number(b.category === product.category) - Number(a.category === product.category))
    .slice(0, 4);
  return (
    <>
      <Link
        href="/"
        className="mb-5 -ml-2 inline-flex min-h-11 items-center gap-1 rounded-full px-2 text-[0.95rem] text-soft underline-offset-4 hover:text-ink hover:underline"
      >
        <ChevronLeft aria-hidden className="size-4.5" /> All pieces
      </Link>
      <article className="grid gap-8 md:grid-cols-[1.1fr_1fr] md:gap-14">
        <div className="overflow-hidden rounded-3xl bg-sunken md:sticky md:top-28 md:self-start">
          <ProductPicture
            seed={product.pictureSeed}
            label={`${product.name}: ${product.summary}`}
            className="aspect-square w-full"
          />
        </div>
        <div className="md:pt-4">
          <p className="text-[0.95rem] text-soft">{product.category}</p>
          <h1 className="mt-1 text-[2.1rem] sm:text-5xl">{product.name}</h1>
          <p className="mt-4 flex items-baseline gap-4">
            <Money minor={product.priceMinor} currency={product.currency} className="text-2xl" />
            {note !== null && <span className="font-medium text-clay">{note}</span>}
          </p>
          <p className="mt-5 text-lg">{product.summary}</p>
          <p className="mt-3 max-w-prose text-soft">{product.description}</p>
          <div className="mt-8">
            <AddToCart product={product} />
          </div>
          <ul className="mt-9 space-y-3.5 border-t border-line pt-7 text-[0.95rem] text-soft">
            <Assurance icon={<Flame aria-hidden className="size-5" />}>
              Stoneware, fired at 1,260 °C. Dishwasher and oven safe.
            </Assurance>
            <Assurance icon={<PackageCheck aria-hidden className="size-5" />}>
              Packed in straw and paper. What breaks on the way is replaced.
            </Assurance>
            <Assurance icon={<Undo2 aria-hidden className="size-5" />}>
              Thirty days to change your mind.
            </Assurance>
          </ul>
        </div>
      </article>
      {related.length > 0 && (
        <section aria-labelledby="more" className="mt-20">
          <h2 id="more" className="mb-7 text-2xl sm:text-3xl">
            From the same kiln
          </h2>
          <div className="grid grid-cols-2 gap-x-4 gap-y-9 sm:gap-x-6 md:grid-cols-4">
            {related.map((other) => (
              <ProductCard key={other.sku} product={other} />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

function Assurance(props: { icon: ReactNode; children: ReactNode }): ReactNode {
  return (
    <li className="flex items-start gap-3">
      <span className="mt-0.5 shrink-0 text-kelp">{props.icon}</span>
      {props.children}
    </li>
  );
}

function ProductSkeleton(): ReactNode {
  return (
    <Loading what="this piece">
      <div className="grid gap-8 pt-16 md:grid-cols-[1.1fr_1fr] md:gap-14">
        <Skeleton className="aspect-square" />
        <div className="space-y-5 md:pt-8">
          <Skeleton className="h-12 w-2/3" />
          <Skeleton className="h-7 w-24" />
          <Skeleton className="h-24" />
          <Skeleton className="h-12 w-56" />
        </div>
      </div>
    </Loading>
  );
}
