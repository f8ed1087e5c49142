/** What a test card does, by its token; a nonce may follow. From the provider's published test cards. */
export type CardBehaviour = 'good' | 'declining-card' | 'insufficient-funds' | 'unknown';

export function behaviourOf(token: string): CardBehaviour {
  if (/^pm_card_chargeDeclinedInsufficientFunds(_[a-z0-9]+)?$/.test(token)) return 'insufficient-funds';
  if (/^pm_card_chargeDeclined(_[a-z0-9]+)?$/.test(token)) return 'declining-card';
  // The last two pay too: one late, one without ever saying so.
  if (/^pm_card_(visa|mastercard|slow|neverAnswers)(_[a-z0-9]+)?$/.test(token)) return 'good';
  return 'unknown';
}

export function isGoodCard(token: string): boolean {
  return behaviourOf(token) === 'good';
}
