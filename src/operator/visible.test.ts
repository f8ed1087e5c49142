import { expect, test } from 'vitest';
import { visible } from './visible.ts';

test('ids and amounts are shown, a card’s token and whatever is new aren’t', () => {
  expect(
    visible({
      checkoutId: 'chk_1',
      version: 2,
      paymentMethod: 'pm_card_visa',
      email: 'ada@example.com',
      nickname: 'x',
    }),
  ).toEqual({
    checkoutId: 'chk_1',
    version: 2,
    paymentMethod: '(hidden)',
    email: '(hidden)',
    nickname: '(hidden)',
  });
});

test('nothing hides deeper down, in a list, or alone', () => {
  expect(visible({ contact: { email: 'a@b.c', code: 'X' } })).toEqual({
    contact: { email: '(hidden)', code: 'X' },
  });
  expect(visible([{ totalMinor: 1 }, 'a@b.c', null, 3])).toEqual([{ totalMinor: 1 }, '(hidden)', null, 3]);
  // A name that is harmless for an id isn't for what lies in it.
  expect(visible({ orderId: { email: 'a@b.c' }, reference: ['a@b.c'] })).toEqual({
    orderId: { email: '(hidden)' },
    reference: ['(hidden)'],
  });
  expect(visible('a@b.c')).toBe('(hidden)');
});
