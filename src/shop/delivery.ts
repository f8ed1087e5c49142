export const deliveries = ['standard', 'express'] as const;
export type Delivery = (typeof deliveries)[number];

const STANDARD_MINOR = 490;
const EXPRESS_MINOR = 990;
/** From this subtotal on, standard delivery is free. */
const FREE_STANDARD_FROM_MINOR = 7_500;

/** Price of a delivery, in minor units. */
export function deliveryMinor(delivery: Delivery, subtotalMinor: number): number {
  switch (delivery) {
    case 'standard':
      return subtotalMinor >= FREE_STANDARD_FROM_MINOR ? 0 : STANDARD_MINOR;
    case 'express':
      return EXPRESS_MINOR;
  }
}
