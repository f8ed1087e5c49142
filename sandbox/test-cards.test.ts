import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findTestCard, TEST_CARDS } from './test-cards.ts';

describe('test cards', () => {
  it.each([
    ['pm_card_visa', 'pm_card_visa'],
    ['pm_card_visa_ab12cd', 'pm_card_visa'],
    ['pm_card_chargeDeclined', 'pm_card_chargeDeclined'],
    ['pm_card_chargeDeclinedInsufficientFunds_7_x', 'pm_card_chargeDeclinedInsufficientFunds'],
    ['pm_card_neverAnswers_n1', 'pm_card_neverAnswers'],
  ])('%s is %s', (paymentMethod, token) => {
    expect(findTestCard(paymentMethod)?.token).toBe(token);
  });

  it.each(['pm_card_amex', 'pm_card_visaX', 'pm_card_visa_', 'pm_card', 'pm_1NXWPnCo', 'card_visa', ''])(
    '%s is none',
    (paymentMethod) => {
      expect(findTestCard(paymentMethod)).toBeUndefined();
    },
  );

  it('are all in the README, with what they do', () => {
    const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
    for (const card of TEST_CARDS) expect(readme).toContain(`| \`${card.token}\` | ${card.does} |`);
  });
});
