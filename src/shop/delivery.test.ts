import { expect, test } from 'vitest';
import { deliveryMinor } from './delivery.ts';

test.each([
  ['standard', 0, 490],
  ['standard', 7_499, 490],
  ['standard', 7_500, 0],
  ['express', 7_500, 990],
] as const)('%s delivery of %i costs %i', (delivery, subtotalMinor, expected) => {
  expect(deliveryMinor(delivery, subtotalMinor)).toBe(expected);
});
