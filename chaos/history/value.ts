/**
 * The `value` of each event, by its `f`.
 *
 *   f           invoke                      ok
 *   purchase    PurchaseAsk | null          PlacedOrder
 *   placeOrder  PurchaseAsk                 PlacedOrder
 *   outcome     null                        OutcomeSeen
 *   close       null                        OutcomeSeen
 *   readOrder   {orderId}                   OrderSeen
 *   listOrders  null                        OrderSeen[]
 *   prepare     {step}                      whatever
 *   browse      {page}                      whatever
 *   page        null                        PageSeen
 *
 * Of `refused`, `fail` and `info` the value is the parsed error, or null.
 */

export interface AskedLine {
  sku: string;
  quantity: number;
  unitPriceMinor: number;
}

/** What the customer was shown, and said yes to, when this attempt was made. */
export interface PurchaseAsk {
  checkoutId: string;
  version: number;
  paymentMethod: string;
  email: string;
  lines: AskedLine[];
  totalMinor: number;
  currency: string;
}

/** The body of an acknowledgement. */
export interface PlacedOrder {
  orderId: string;
  reference: string;
  operationId: string;
  status: 'paid';
  totalMinor: number;
  currency: string;
}

/** What `operations.outcome` and `operations.close` said of a key. */
export interface OutcomeSeen {
  state: string;
  definite: boolean;
  operationId: string | null;
  result: PlacedOrder | null;
  error: { code: string } | null;
}

/** As much of an order as tells whose it is and what it says. */
export interface OrderSeen {
  orderId: string;
  status: 'pending' | 'paid' | 'failed';
  totalMinor: number;
  email: string;
}

/** What a page of the shop said to its customer, read off the screen. */
export interface PageSeen {
  /** Its path. */
  page: string;
  says: 'idle' | 'paying' | 'unknown' | 'refused' | 'paid' | 'nothing';
  /** The order that it thanks for. */
  orderId: string | null;
  /** Whether something on it starts a payment. */
  offersPayment: boolean;
  /** The list of orders, on the page that shows one. */
  orders: { orderId: string; status: string }[] | null;
}

const PAGE_SAYS: ReadonlySet<unknown> = new Set<PageSeen['says']>([
  'idle',
  'paying',
  'unknown',
  'refused',
  'paid',
  'nothing',
]);

export function asPageSeen(value: unknown): PageSeen | null {
  if (!isObject(value)) return null;
  const accepted =
    isFilled(value['page']) &&
    PAGE_SAYS.has(value['says']) &&
    (value['orderId'] === null || isFilled(value['orderId'])) &&
    typeof value['offersPayment'] === 'boolean' &&
    (value['orders'] === null || Array.isArray(value['orders']));
  return accepted ? (value as unknown as PageSeen) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asPlacedOrder(value: unknown): PlacedOrder | null {
  if (!isObject(value)) return null;
  const accepted =
    isFilled(value['orderId']) &&
    isFilled(value['reference']) &&
    isFilled(value['operationId']) &&
    value['status'] === 'paid' &&
    Number.isSafeInteger(value['totalMinor']) &&
    (value['totalMinor'] as number) > 0 &&
    isFilled(value['currency']);
  return accepted ? (value as unknown as PlacedOrder) : null;
}

export function asOutcomeSeen(value: unknown): OutcomeSeen | null {
  if (!isObject(value) || typeof value['state'] !== 'string' || typeof value['definite'] !== 'boolean')
    return null;
  if (value['result'] !== null && asPlacedOrder(value['result']) === null) return null;
  return value as unknown as OutcomeSeen;
}

export function asPurchaseAsk(value: unknown): PurchaseAsk | null {
  if (!isObject(value)) return null;
  const accepted =
    typeof value['checkoutId'] === 'string' &&
    typeof value['paymentMethod'] === 'string' &&
    typeof value['email'] === 'string' &&
    Array.isArray(value['lines']) &&
    Number.isSafeInteger(value['totalMinor']);
  return accepted ? (value as unknown as PurchaseAsk) : null;
}

export function asOrderSeen(value: unknown): OrderSeen | null {
  if (!isObject(value)) return null;
  const accepted = isFilled(value['orderId']) && isFilled(value['status']) && isFilled(value['email']);
  return accepted ? (value as unknown as OrderSeen) : null;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
