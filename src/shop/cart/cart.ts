import type { Database, Tx } from '../../database/database.ts';
import type { Cart, CartLine } from '../answers/cart.ts';
import { refusal } from '../refusals.ts';

export const MAX_QUANTITY = 20;
export const CURRENCY = 'EUR';

/** The cart's lines with today's names and prices, oldest first. */
export async function getCart(database: Database | Tx, customerId: string): Promise<Cart> {
  const lines = await database.$queryRaw<CartLine[]>`
    SELECT p.sku, p.name, c.quantity, p.price_minor AS "unitPriceMinor", p.price_minor * c.quantity AS "lineTotalMinor",
           s.available, p.picture_seed AS "pictureSeed"
    FROM cart_line c JOIN product p USING (sku) JOIN stock s USING (sku)
    WHERE c.customer_id = ${customerId}
    ORDER BY c.added_at, c.sku`;
  return {
    lines,
    subtotalMinor: lines.reduce((sum, line) => sum + line.lineTotalMinor, 0),
    currency: CURRENCY,
  };
}

/** Sets how many pieces of a product the cart holds; 0 removes it. Repeating it changes nothing. */
export async function setCartLine(
  database: Database,
  customerId: string,
  { sku, quantity }: { sku: string; quantity: number },
): Promise<Cart> {
  if (quantity === 0) {
    await database.cartLine.deleteMany({ where: { customerId, sku } });
  } else {
    const changed = await database.$executeRaw`
      INSERT INTO cart_line (customer_id, sku, quantity, added_at)
      SELECT ${customerId}, sku, ${quantity}, now() FROM product WHERE sku = ${sku}
      ON CONFLICT (customer_id, sku) DO UPDATE SET quantity = excluded.quantity`;
    if (changed === 0) throw refusal('NOT_FOUND', 'There is no such product.');
  }
  return getCart(database, customerId);
}
