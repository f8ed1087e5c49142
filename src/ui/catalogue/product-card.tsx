import Link from 'next/link';
import type { ReactNode } from 'react';
import { Money } from '../money.tsx';
import { ProductPicture } from '../product-picture.tsx';
import type { Product } from '../shop-types.ts';
import { scarcity } from './scarcity.ts';

export function ProductCard({ product }: { product: Product }): ReactNode {
  const note = scarcity(product.available);
  return (
    <article className="group relative">
      <div className="relative overflow-hidden rounded-2xl bg-sunken">
        <ProductPicture
          seed={product.pictureSeed}
          className="aspect-[4/5] w-full transition-transform duration-700 ease-out group-hover:scale-[1.03]"
        />
        {note !== null && (
          <span className="absolute top-3 left-3 rounded-full bg-raised px-3 py-1 text-sm font-medium">
            {note}
          </span>
        )}
      </div>
      <div className="mt-3 flex flex-col justify-between gap-x-3 sm:flex-row sm:items-baseline">
        <h3 className="text-lg leading-snug sm:text-xl">
          {/* One link a card: its ::after covers the picture too. */}
          <Link
            href={`/product/${product.sku}`}
            className="after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-4 focus-visible:after:outline-kelp"
          >
            {product.name}
          </Link>
        </h3>
        <Money minor={product.priceMinor} currency={product.currency} className="text-soft" />
      </div>
      <p className="mt-0.5 hidden text-[0.95rem] text-soft sm:block">{product.summary}</p>
    </article>
  );
}
