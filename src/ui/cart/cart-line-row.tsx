'use client';

import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Money } from '../money.tsx';
import { ProductPicture } from '../product-picture.tsx';
import { QuantityField } from '../quantity-field.tsx';
import type { CartLine } from '../shop-types.ts';
import { MAX_QUANTITY } from './use-set-line.ts';

/** Presses on plus that follow each other faster than this become one change. */
const SETTLE_MS = 350;

interface CartLineRowProps {
  readonly line: CartLine;
  readonly currency: string;
  readonly locked: boolean;
  readonly onSet: (quantity: number) => void;
}

export function CartLineRow({ line, currency, locked, onSet }: CartLineRowProps): ReactNode {
  const [wanted, setWanted] = useState<number | null>(null);
  const onSetNow = useRef(onSet);
  useEffect(() => {
    onSetNow.current = onSet;
  });
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => {
      onSetNow.current(wanted);
      setWanted(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);

  const quantity = wanted ?? line.quantity;
  const tooMany = quantity > line.available;
  return (
    <li className="grid grid-cols-[5.5rem_1fr_auto] gap-x-4 gap-y-3 border-t border-line py-5 first:border-t-0 sm:grid-cols-[7rem_1fr_auto] sm:gap-x-6 sm:py-6">
      <Link
        href={`/product/${line.sku}`}
        tabIndex={-1}
        aria-hidden
        className="self-start overflow-hidden rounded-xl bg-sunken sm:row-span-2"
      >
        <ProductPicture seed={line.pictureSeed} className="aspect-square w-full" />
      </Link>
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <h2 className="text-xl leading-snug">
          <Link
            href={`/product/${line.sku}`}
            className="inline-block py-0.5 underline-offset-4 hover:underline"
          >
            {line.name}
          </Link>
        </h2>
        <p className="mt-0.5 text-[0.95rem] text-soft">
          <Money minor={line.unitPriceMinor} currency={currency} /> each
        </p>
        {tooMany && (
          <p className="mt-1.5 text-[0.95rem] font-medium text-clay">
            {line.available <= 0
              ? 'Sold out meanwhile: please take it out.'
              : `Only ${line.available} left: please take fewer.`}
          </p>
        )}
      </div>
      <p className="col-start-3 row-start-2 self-center text-lg font-medium sm:row-start-1 sm:self-start">
        <span className="sr-only">Together </span>
        <Money minor={line.unitPriceMinor * quantity} currency={currency} />
      </p>
      <div className="col-span-2 col-start-1 row-start-2 flex items-center gap-1 sm:col-start-2">
        <QuantityField
          label={line.name}
          value={quantity}
          min={1}
          max={Math.max(1, Math.min(MAX_QUANTITY, Math.max(line.available, line.quantity)))}
          disabled={locked}
          onChange={setWanted}
        />
        <button
          type="button"
          disabled={locked}
          aria-label={`Remove ${line.name}`}
          onClick={() => {
            setWanted(null);
            onSet(0);
          }}
          className="flex size-12 cursor-pointer items-center justify-center rounded-full text-soft transition-colors hover:bg-sunken hover:text-ink disabled:cursor-not-allowed disabled:opacity-40"
        >
          <Trash2 aria-hidden className="size-5 stroke-[1.6]" />
        </button>
      </div>
    </li>
  );
}
