import { expect, test } from './fixtures.ts';
import { keysOf } from './placements.ts';

test('declined card, other card, bought', async ({ page, errors, readyToPay, confirmation, placements }) => {
  errors.expectStatus(402, 'checkout.placeOrder');
  await readyToPay.chooseCard('Visa, declined');
  await readyToPay.pay();
  await readyToPay.expectState('refused');
  await expect(page.getByRole('alert').getByText('Your bank declined this card.')).toBeVisible();
  await expect(page.getByText(/Nothing was charged/)).toBeVisible();

  await readyToPay.chooseCard('Visa');
  await readyToPay.pay();
  await confirmation.expectThanks();
  // The decline was definite, so the second press is another payment.
  expect(keysOf(placements)).toHaveLength(2);
  expect(placements).toMatchObject([{ status: 402 }, { status: 200, attempt: 1 }]);
});

test.describe('without another card', () => {
  test.use({ ends: 'nothing bought' });

  test('insufficient funds', async ({ page, errors, readyToPay, placements }) => {
    errors.expectStatus(402, 'checkout.placeOrder');
    await readyToPay.chooseCard('Visa, insufficient funds');
    await readyToPay.pay();
    await readyToPay.expectState('refused');
    await expect(page.getByRole('alert').getByText('There is not enough money on this card.')).toBeVisible();
    await readyToPay.expectReadyToPay();
    expect(placements).toMatchObject([{ status: 402 }]);
  });
});

test('the bank’s answer never comes: the page waits, says so, and ends in paid', async ({
  page,
  errors,
  readyToPay,
  confirmation,
  placements,
}) => {
  errors.expectStatus(409, 'checkout.placeOrder');
  await readyToPay.chooseCard('Visa, silent bank');
  await readyToPay.pay();
  await readyToPay.expectState('paying');
  await readyToPay.expectNoPaymentOffered();
  await expect(page.getByText('Still waiting for the bank…')).toBeVisible();
  await expect(page.getByText(/nothing was charged|failed|try again/i)).toHaveCount(0);

  await confirmation.expectThanks(60_000);
  expect(keysOf(placements)).toHaveLength(1);
});
