/** The provider's test cards: a name that stands for a card, so that no card number is ever typed here. */
export const TEST_CARDS = [
  { value: 'pm_card_visa', title: 'Visa', aside: '···· 4242', detail: 'Goes through' },
  {
    value: 'pm_card_chargeDeclined',
    title: 'Visa, declined',
    aside: '···· 0002',
    detail: 'The bank says no',
  },
  {
    value: 'pm_card_chargeDeclinedInsufficientFunds',
    title: 'Visa, insufficient funds',
    aside: '···· 9995',
    detail: 'Not enough money on it',
  },
  {
    value: 'pm_card_slow',
    title: 'Visa, slow bank',
    aside: '···· 3063',
    detail: 'Goes through after about four seconds',
  },
  {
    value: 'pm_card_neverAnswers',
    title: 'Visa, silent bank',
    aside: '···· 8019',
    detail: 'Is charged, but the bank’s answer never comes',
  },
] as const;

export type TestCard = (typeof TEST_CARDS)[number]['value'];
