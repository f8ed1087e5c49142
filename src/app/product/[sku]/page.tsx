import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ProductView } from '../../../ui/catalogue/product-view.tsx';

export const metadata: Metadata = { title: 'A piece' };

export default async function ProductPage({
  params,
}: {
  params: Promise<{ sku: string }>;
}): Promise<ReactNode> {
  const { sku } = await params;
  return <ProductView sku={decodeURIComponent(sku)} />;
}
