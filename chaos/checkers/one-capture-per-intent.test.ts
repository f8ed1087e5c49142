import { expect, test } from 'vitest';
import { HandMade } from '../testing/hand-made.ts';
import { afterBreaking, reportOf } from '../testing/verdict-of.ts';
import type { HandMade as Run } from '../testing/hand-made.ts';

const NAME = 'one-capture-per-intent';

function chargeAgain({ state }: Run): void {
  const [charge] = state.ledger.charges;
  if (charge !== undefined)
    state.ledger.charges.push({ ...charge, id: 'ch_again', paymentIntent: 'pi_again' });
}

test('finds the second charge of an intent, on whatever payment intent', () => {
  expect(afterBreaking(NAME, chargeAgain)).toEqual(['invalid', 'second-capture']);
});

test('finds it although it was refunded', () => {
  expect(
    afterBreaking(NAME, (run) => {
      chargeAgain(run);
      run.state.ledger.refunds.push({
        id: 're_1',
        paymentIntent: 'pi_again',
        charge: 'ch_again',
        amount: 1_700,
        currency: 'eur',
        status: 'succeeded',
        createdMs: 1,
      });
    }),
  ).toEqual(['invalid', 'second-capture']);
});

test('finds a charge that belongs to nothing', () => {
  expect(
    afterBreaking(NAME, ({ state }) => {
      Object.assign(state.ledger.charges[0] ?? {}, { paymentMethod: 'pm_card_visa_zed9' });
    }),
  ).toEqual(['invalid', 'charge-of-unknown-intent']);
});

test('does not count what was declined', () => {
  const run = new HandMade();
  run.decline(run.intent('dan1', ['declining-card']));
  expect(reportOf(NAME, run)).toMatchObject({ verdict: 'unknown', unknownFor: 'vacuous' });
});
