import { expect, test } from 'vitest';
import { whatWasCharged } from './charged.ts';

test.each([
  [null, 'Nothing was charged for this order.'],
  [
    { status: 'due', amountMinor: 4_200, currency: 'EUR' } as const,
    '€42.00 was charged, and all of it is being',
  ],
  [
    { status: 'refunded', amountMinor: 4_200, currency: 'EUR' } as const,
    '€42.00 was charged, and all of it was',
  ],
])('a refund that is %j: %s', (refund, beginning) => {
  expect(whatWasCharged({ refund }).startsWith(beginning)).toBe(true);
});
