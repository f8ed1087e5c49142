/** What the customer reads out on the telephone: the random end of the order's id, as `A1B2-C3D4`. */
export function orderReference(orderId: string): string {
  const end = orderId.slice(-8).toUpperCase();
  return `${end.slice(0, 4)}-${end.slice(4)}`;
}
