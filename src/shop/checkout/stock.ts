import type { Tx } from '../../database/database.ts';
import { refusal } from '../refusals.ts';

export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

interface Reserver {
  readonly operationId: string;
  readonly customerId: string;
  readonly orderId: string;
}

/**
 * Moves pieces from available to reserved, if there are enough.
 *
 * SKU by SKU in sorted order: two orders lock shared products in one order and can't deadlock. The
 * conditional UPDATE comes before the row that refers to the stock: after it, the row's foreign key
 * would already hold a weaker lock on the same stock, and two orders could deadlock on making it stronger.
 */
export async function reserveStock(tx: Tx, reserver: Reserver, items: readonly Item[]): Promise<void> {
  for (const { sku, quantity } of sorted(items)) {
    const reserved = await tx.$executeRaw`
      UPDATE stock SET available = available - ${quantity}, reserved = reserved + ${quantity}
      WHERE sku = ${sku} AND available >= ${quantity}`;
    if (reserved === 0) throw refusal('OUT_OF_STOCK');
  }
  await tx.stockReservation.createMany({
    data: items.map(({ sku, quantity }) => ({
      ...reserver,
      sku,
      quantity,
      status: 'held',
      createdAt: new Date(),
    })),
  });
}

/** Moves what the operation holds from reserved to sold. */
export async function sellReserved(tx: Tx, operationId: string): Promise<void> {
  for (const { sku, quantity } of await endReservations(tx, operationId, 'sold'))
    await tx.$executeRaw`
      UPDATE stock SET reserved = reserved - ${quantity}, sold = sold + ${quantity} WHERE sku = ${sku}`;
}

/** Gives back what the operation holds. Nothing held, nothing given: repeating it changes nothing. */
export async function releaseReserved(tx: Tx, operationId: string): Promise<void> {
  for (const { sku, quantity } of await endReservations(tx, operationId, 'released'))
    await tx.$executeRaw`
      UPDATE stock SET reserved = reserved - ${quantity}, available = available + ${quantity} WHERE sku = ${sku}`;
}

/** One conditional UPDATE that returns what it ended, so that a reservation ends once. */
async function endReservations(tx: Tx, operationId: string, status: 'sold' | 'released'): Promise<Item[]> {
  const ended = await tx.$queryRaw<Item[]>`
    UPDATE stock_reservation SET status = ${status}
    WHERE operation_id = ${operationId} AND status = 'held'
    RETURNING sku, quantity`;
  return sorted(ended);
}

function sorted(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
}
