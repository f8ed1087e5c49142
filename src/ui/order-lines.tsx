import type { ReactNode } from 'react';
import { Money } from './money.tsx';
import { ProductPicture } from './product-picture.tsx';

interface OrderLinesProps {
  readonly lines: readonly {
    sku: string;
    name: string;
    quantity: number;
    lineTotalMinor: number;
    pictureSeed: number;
  }[];
  readonly subtotalMinor: number;
  /** null while the way of delivery isn't settled. */
  readonly deliveryMinor: number | null;
  readonly totalMinor: number;
  readonly currency: string;
}

/** What is bought and what it comes to: in the checkout, the confirmation and the order alike. */
export function OrderLines(props: OrderLinesProps): ReactNode {
  const { currency } = props;
  return (
    <div>
      <ul className="space-y-4">
        {props.lines.map((line) => (
          <li key={line.sku} className="flex items-center gap-4">
            <ProductPicture seed={line.pictureSeed} className="size-16 shrink-0 rounded-xl" />
            <span className="min-w-0 grow leading-snug">
              <span className="block font-medium">{line.name}</span>
              <span className="text-sm text-soft">
                {line.quantity} {line.quantity === 1 ? 'piece' : 'pieces'}
              </span>
            </span>
            <Money minor={line.lineTotalMinor} currency={currency} />
          </li>
        ))}
      </ul>
      <dl className="mt-5 space-y-1.5 border-t border-line pt-4">
        <div className="flex justify-between gap-4 text-soft">
          <dt>Pieces</dt>
          <dd>
            <Money minor={props.subtotalMinor} currency={currency} />
          </dd>
        </div>
        <div className="flex justify-between gap-4 text-soft">
          <dt>Delivery</dt>
          <dd>
            {props.deliveryMinor === null ? (
              'as you choose'
            ) : props.deliveryMinor === 0 ? (
              'free'
            ) : (
              <Money minor={props.deliveryMinor} currency={currency} />
            )}
          </dd>
        </div>
        <div className="flex items-baseline justify-between gap-4 pt-2 text-lg font-semibold">
          <dt>Total</dt>
          <dd data-testid="order-total">
            <Money minor={props.totalMinor} currency={currency} />
          </dd>
        </div>
      </dl>
    </div>
  );
}
