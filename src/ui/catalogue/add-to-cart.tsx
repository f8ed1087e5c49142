'use client';

import { Toast } from '@base-ui/react/toast';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Button, LinkButton } from '../button.tsx';
import { CART_NOT_CHANGED, MAX_QUANTITY, useSetLine } from '../cart/use-set-line.ts';
import { QuantityField } from '../quantity-field.tsx';
import { useTRPC } from '../shop-clients.tsx';
import type { Product } from '../shop-types.ts';

export function AddToCart({ product }: { product: Product }): ReactNode {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cart = useQuery(trpc.cart.get.queryOptions());
  const setLine = useSetLine();
  const toasts = Toast.useToastManager();
  const [quantity, setQuantity] = useState(1);
  const [working, setWorking] = useState(false);

  const inCart = cart.data?.lines.find((line) => line.sku === product.sku)?.quantity ?? 0;
  const room = Math.min(MAX_QUANTITY, product.available) - inCart;

  async function add(): Promise<void> {
    setWorking(true);
    try {
      // The API takes absolute quantities, so the cart must be known before something can be added to it.
      const current = await queryClient.fetchQuery(trpc.cart.get.queryOptions()).catch(() => null);
      if (current === null) {
        toasts.add({ ...CART_NOT_CHANGED, priority: 'high' });
        return;
      }
      const before = current.lines.find((line) => line.sku === product.sku)?.quantity ?? 0;
      const after = Math.min(before + quantity, MAX_QUANTITY, product.available);
      const changed = await setLine.mutateAsync({ sku: product.sku, quantity: after }).catch(() => null);
      // A change that failed has said so itself.
      if (changed === null) return;
      setQuantity(1);
      toasts.add({ title: 'In your cart', description: `${after} × ${product.name}` });
    } finally {
      setWorking(false);
    }
  }

  if (product.available <= 0) {
    return (
      <p className="rounded-2xl bg-sunken px-5 py-4 text-soft">
        Sold out for now. The kiln is fired again next month.
      </p>
    );
  }
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap gap-3">
        <QuantityField
          label={product.name}
          value={Math.max(1, Math.min(quantity, room))}
          min={1}
          max={Math.max(1, room)}
          onChange={setQuantity}
          disabled={room <= 0}
        />
        <Button
          className="grow sm:min-w-52 sm:grow-0"
          busy={working}
          disabled={room <= 0}
          onClick={() => void add()}
        >
          Add to cart
        </Button>
      </div>
      {inCart > 0 && (
        <p className="flex flex-wrap items-center gap-x-2 text-[0.95rem] text-soft">
          {room <= 0
            ? `You have all we can sell at once in your cart: ${inCart}.`
            : `${inCart} in your cart.`}
          <LinkButton href="/cart" look="quiet" className="min-h-11 px-1!">
            View cart
          </LinkButton>
        </p>
      )}
    </div>
  );
}
