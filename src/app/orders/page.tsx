import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { OrdersView } from '../../ui/orders/orders-view.tsx';

export const metadata: Metadata = { title: 'Your orders' };

export default function OrdersPage(): ReactNode {
  return <OrdersView />;
}
