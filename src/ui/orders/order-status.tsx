import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Order } from '../shop-types.ts';

type Look = Order['status'] | 'given-back';

const LOOKS: Record<Look, { text: string; className: string; icon: ReactNode }> = {
  paid: {
    text: 'Paid',
    className: 'bg-leaf-wash text-leaf',
    icon: <CircleCheck aria-hidden className="size-4" />,
  },
  pending: {
    text: 'Payment under way',
    className: 'bg-sand-wash text-sand',
    icon: <CircleHelp aria-hidden className="size-4" />,
  },
  failed: {
    text: 'Not paid, nothing charged',
    className: 'bg-sunken text-soft',
    icon: <CircleX aria-hidden className="size-4" />,
  },
  'given-back': {
    text: 'Not paid, money given back',
    className: 'bg-sunken text-soft',
    icon: <CircleX aria-hidden className="size-4" />,
  },
};

export function OrderStatus({ order }: { order: Pick<Order, 'status' | 'refund'> }): ReactNode {
  const look = LOOKS[order.status === 'failed' && order.refund !== null ? 'given-back' : order.status];
  return (
    <span
      data-testid="order-status"
      data-status={order.status}
      className={`inline-flex items-center gap-1.5 rounded-full px-3 py-1 text-sm font-medium whitespace-nowrap ${look.className}`}
    >
      {look.icon}
      {look.text}
    </span>
  );
}
