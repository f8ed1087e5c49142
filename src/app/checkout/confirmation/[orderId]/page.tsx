import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ConfirmationView } from '../../../../ui/checkout/confirmation-view.tsx';

export const metadata: Metadata = { title: 'Your order' };

export default async function ConfirmationPage({
  params,
}: {
  params: Promise<{ orderId: string }>;
}): Promise<ReactNode> {
  const { orderId } = await params;
  return <ConfirmationView orderId={decodeURIComponent(orderId)} />;
}
