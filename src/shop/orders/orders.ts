import type { Database } from '../../database/database.ts';
import type { Prisma } from '../../database/generated/client.ts';
import type { Order } from '../answers/order.ts';
import type { Delivery } from '../delivery.ts';
import { refusal } from '../refusals.ts';
import { orderReference } from './order-reference.ts';

const MAX_LISTED = 100;

const include = {
  lines: { orderBy: { sku: 'asc' } },
  payment: { select: { failureCode: true } },
  refunds: { select: { status: true, amountMinor: true, currency: true }, orderBy: { createdAt: 'desc' } },
} as const;

/** The customer's orders, newest first. */
export async function listOrders(database: Database, customerId: string): Promise<Order[]> {
  const rows = await database.order.findMany({
    where: { customerId },
    include,
    orderBy: { createdAt: 'desc' },
    take: MAX_LISTED,
  });
  return withPictures(database, rows);
}

export async function findOrder(database: Database, customerId: string, orderId: string): Promise<Order> {
  const row = await database.order.findUnique({
    where: { orderId_customerId: { orderId, customerId } },
    include,
  });
  const [order] = row === null ? [] : await withPictures(database, [row]);
  if (order === undefined) throw refusal('NOT_FOUND', 'There is no such order.');
  return order;
}

type Row = Prisma.OrderGetPayload<{ include: typeof include }>;

async function withPictures(database: Database, rows: readonly Row[]): Promise<Order[]> {
  const skus = [...new Set(rows.flatMap((row) => row.lines.map((line) => line.sku)))];
  const products = await database.product.findMany({
    where: { sku: { in: skus } },
    select: { sku: true, pictureSeed: true },
  });
  const pictures = new Map(products.map((product) => [product.sku, product.pictureSeed]));
  return rows.map((row) => orderOf(row, pictures));
}

function orderOf(row: Row, pictures: ReadonlyMap<string, number>): Order {
  // An order has one payment, with one PaymentIntent, which is refunded at most once.
  const [refund] = row.refunds;
  return {
    orderId: row.orderId,
    reference: orderReference(row.orderId),
    operationId: row.operationId,
    checkoutId: row.checkoutId,
    status: row.status as Order['status'],
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    lines: row.lines.map(({ sku, name, quantity, unitPriceMinor, lineTotalMinor }) => ({
      sku,
      name,
      quantity,
      unitPriceMinor,
      lineTotalMinor,
      pictureSeed: pictures.get(sku) ?? 0,
    })),
    subtotalMinor: row.subtotalMinor,
    deliveryMinor: row.deliveryMinor,
    totalMinor: row.totalMinor,
    currency: row.currency,
    contact: { email: row.email, fullName: row.fullName },
    address: {
      line1: row.addressLine1,
      line2: row.addressLine2,
      city: row.city,
      postalCode: row.postalCode,
      country: row.country,
    },
    delivery: row.delivery as Delivery,
    failureCode: row.payment?.failureCode ?? null,
    refund: (refund ?? null) as Order['refund'],
  };
}
