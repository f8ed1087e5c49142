import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { CheckoutView } from '../../ui/checkout/checkout-view.tsx';

export const metadata: Metadata = { title: 'Checkout' };

export default function CheckoutPage(): ReactNode {
  return <CheckoutView />;
}
