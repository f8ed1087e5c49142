import { describe, expect, test } from 'vitest';
import { standingOf } from './charge-standing.ts';

const charge = { amountMinor: 4_200, currency: 'EUR' };
const payment = (status: string, changes: object = {}) => ({ ...charge, status, ...changes });

describe('whose a charge is', () => {
  test.each([
    ['of a failed payment alone: nobody’s', [payment('failed')], false, 'nobodys'],
    ['of several failed tries: nobody’s', [payment('failed'), payment('failed')], false, 'nobodys'],
    [
      'of a declined try and the one that then paid: that one’s',
      [payment('failed'), payment('paid')],
      false,
      'explained',
    ],
    [
      'while another try is under way: perhaps its',
      [payment('failed'), payment('pending')],
      false,
      'under-way',
    ],
    ['that went back: settled', [payment('failed')], true, 'refunded'],
    ['that went back is settled whatever follows', [payment('failed'), payment('pending')], true, 'refunded'],
    [
      'of an order with another amount: for a person',
      [payment('paid', { amountMinor: 4_201 })],
      false,
      'contradicted',
    ],
    [
      'of an order in another currency: for a person',
      [payment('paid', { currency: 'USD' })],
      false,
      'contradicted',
    ],
    ['that two orders claim: for a person', [payment('paid'), payment('paid')], false, 'contradicted'],
  ])('%s', (_, payments, refunded, standing) => {
    expect(standingOf(charge, payments, refunded)).toBe(standing);
  });
});
