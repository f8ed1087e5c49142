import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { OrderView } from '../../../ui/orders/order-view.tsx';

export const metadata: Metadata = { title: 'Order' };

export default async function OrderPage({
  params,
}: {
  params: Promise<{ orderId: string }>;
}): Promise<ReactNode> {
  const { orderId } = await params;
  return <OrderView orderId={decodeURIComponent(orderId)} />;
}
