import type { Delivery } from '../shop-types.ts';

/** The ways of delivery in words, as published. What one really costs is the server's sum, shown before paying. */
export const DELIVERIES: Record<Delivery, { title: string; detail: string; aside: string }> = {
  standard: { title: 'Standard', detail: 'Three to five working days. Free from €75.00.', aside: '€4.90' },
  express: { title: 'Express', detail: 'The next working day', aside: '€9.90' },
};
