import type { Database } from '../../database/database.ts';
import type { Product } from '../answers/product.ts';
import { refusal } from '../refusals.ts';

const select = {
  sku: true,
  name: true,
  summary: true,
  description: true,
  category: true,
  priceMinor: true,
  currency: true,
  pictureSeed: true,
  stock: { select: { available: true } },
} as const;

type Row = Omit<Product, 'available'> & { stock: { available: number } | null };

function productOf({ stock, ...product }: Row): Product {
  return { ...product, available: stock?.available ?? 0 };
}

export async function listProducts(database: Database): Promise<Product[]> {
  const rows = await database.product.findMany({ select, orderBy: { position: 'asc' } });
  return rows.map(productOf);
}

export async function findProduct(database: Database, sku: string): Promise<Product> {
  const row = await database.product.findUnique({ select, where: { sku } });
  if (row === null) throw refusal('NOT_FOUND', 'There is no such product.');
  return productOf(row);
}
