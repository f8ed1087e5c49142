/**
 * What an operator is shown of inputs and step results, by the field's name. It names what is known to
 * be harmless (ids, amounts, states), so that what a later version stores is hidden until somebody has
 * thought about it. A card's token is no card number, but it is nobody's business either.
 */
const VISIBLE: ReadonlySet<string> = new Set([
  'amountMinor',
  'capturedCurrency',
  'capturedMinor',
  'cause',
  'checkoutId',
  'code',
  'currency',
  'intentId',
  'kind',
  'operationId',
  'orderId',
  'paymentId',
  'paymentIntentId',
  'providerRefundId',
  'reference',
  'refundId',
  'status',
  'totalMinor',
  'version',
]);

const HIDDEN = '(hidden)';

/** The value with everything hidden that isn't known to be harmless. Numbers that stand alone are, texts aren't. */
export function visible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visible);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        name,
        isSimple(field) ? (VISIBLE.has(name) ? field : HIDDEN) : visible(field),
      ]),
    );
  return typeof value === 'string' ? HIDDEN : value;
}

function isSimple(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
