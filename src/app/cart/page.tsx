import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { CartView } from '../../ui/cart/cart-view.tsx';

export const metadata: Metadata = { title: 'Your cart' };

export default function CartPage(): ReactNode {
  return <CartView />;
}
